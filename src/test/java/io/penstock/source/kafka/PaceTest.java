package io.penstock.source.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {

    private final Pace pace = new Pace(Duration.ofMinutes(5), 500);

    @Test
    void firstRecordsAreFew() {
        assertThat(pace.most()).isEqualTo(50);
    }

    @Test
    void slowRecordsAreHandedOverFewAtATime() {
        took(50, Duration.ofSeconds(50));
        assertThat(pace.most()).as("as many as take three seconds").isEqualTo(3);
        took(3, Duration.ofMinutes(1));
        assertThat(pace.most()).isOne();
    }

    @Test
    void quickRecordsAreHandedOverTwiceAsManyAtATimeUntilItIsAll() {
        took(50, Duration.ofMinutes(4));
        assertThat(pace.most()).isOne();
        for (int most = 2; most <= 512; most *= 2) {
            took(pace.most(), Duration.ofNanos(20_000));
            assertThat(pace.most()).isEqualTo(Math.min(most, 500));
        }
        took(500, Duration.ZERO);
        assertThat(pace.most()).isEqualTo(500);
    }

    @Test
    void aFewQuickRecordsSayNothingOfMany() {
        took(50, Duration.ofMillis(1));
        took(1, Duration.ofNanos(20_000));
        assertThat(pace.most()).isEqualTo(100);
        took(100, Duration.ofSeconds(100));
        took(3, Duration.ofMillis(1));
        assertThat(pace.most()).isEqualTo(6);
    }

    @Test
    void largerPollsThanUsualAreHandedOverWhole() {
        var larger = new Pace(Duration.ofMinutes(5), 2_000);
        for (int polls = 0; polls < 6; polls++) {
            larger.handedOver(larger.most(), 0);
            larger.through(1_000_000);
        }
        assertThat(larger.most()).isEqualTo(2_000);
    }

    @Test
    void pollsWithoutRecordsSayNothing() {
        took(50, Duration.ofSeconds(50));
        pace.through(Duration.ofHours(1).toNanos());
        assertThat(pace.most()).isEqualTo(3);
    }

    private void took(int records, Duration time) {
        pace.handedOver(records, 0);
        pace.through(time.toNanos());
    }
}

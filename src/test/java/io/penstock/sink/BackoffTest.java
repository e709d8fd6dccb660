package io.penstock.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private static final Duration INITIAL = Duration.ofMillis(100);
    private static final Duration MAX = Duration.ofSeconds(10);

    @Test
    void waitsDoubleUpToTheLongest() {
        var backoff = new Backoff(INITIAL, MAX);

        assertThat(backoff.nanos(1)).isBetween(INITIAL.toNanos() / 2, INITIAL.toNanos());
        assertThat(backoff.nanos(3)).isBetween(INITIAL.toNanos() * 2, INITIAL.toNanos() * 4);
        assertThat(backoff.nanos(1_000_000)).isBetween(MAX.toNanos() / 2, MAX.toNanos());
    }

    @Test
    void doublingBeyondWhatALongHoldsIsTheLongestWait() {
        var backoff = new Backoff(Duration.ofDays(1), Duration.ofDays(2));

        assertThat(backoff.nanos(1_000)).isBetween(Duration.ofDays(1).toNanos(), Duration.ofDays(2).toNanos());
    }

    @Test
    void settingsThatMakeNoSenseAreRefusedByTheirNames() {
        assertThatThrownBy(() -> Backoff.of("a.initial", MAX, "a.max", INITIAL))
                .hasMessage("a.max (A_MAX) is PT0.1S: set it to at least a.initial (A_INITIAL), PT10S");
    }
}

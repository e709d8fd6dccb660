package io.penstock.source.fed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;

import io.penstock.delivery.InFlight;
import org.junit.jupiter.api.Test;

class FedConsumerTest {

    private final InFlight inFlight = new InFlight(1_000, 1_000_000);
    private final Feeds feeds = new Feeds();
    private final GroupCommit groupCommit = new GroupCommit(inFlight, () -> { }, Duration.ofHours(1));

    private FedConsumer reader() {
        var reader = new FedConsumer(feeds, groupCommit);
        reader.subscribe(List.of("trade", "trade"), null);
        return reader;
    }

    @Test
    void aTopicIsReadUntilItsLastReaderHasGone() {
        var one = reader();
        var other = reader();

        one.unsubscribe();
        one.close();
        assertThat(feeds.isRead("trade")).isTrue();
        assertThat(feeds.topics()).containsExactly("trade");

        // As camel-kafka does when it tries again
        other.subscribe(List.of("trade"), null);
        other.close();
        assertThat(feeds.isRead("trade")).isFalse();
        assertThat(feeds.topics()).isEmpty();
    }
}

package io.penstock.source.fed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.delivery.Delivery;
import io.penstock.delivery.DeliveryMetrics;
import io.penstock.delivery.InFlight;
import io.penstock.source.DeadLetterTopics;
import io.penstock.source.DeliveryHeaders;
import io.penstock.source.Intake;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class FedConsumerTest {

    private static final Duration BRIEFLY = Duration.ofMillis(20);

    private final InFlight inFlight = new InFlight(1_000, 1_000_000);
    private final Feeds feeds = new Feeds(new DeadLetterTopics("kafka:{topic}.dead-letters"));
    private final AtomicInteger completed = new AtomicInteger();
    private final GroupCommit groupCommit = new GroupCommit(inFlight, completed::incrementAndGet, Duration.ofHours(1));

    private FedConsumer reader() {
        var reader = new FedConsumer(feeds, groupCommit);
        reader.subscribe(List.of("trade", "trade"), null);
        return reader;
    }

    private void feed(String topic) {
        feeds.feed(new Intake(inFlight, new DeliveryMetrics(new SimpleMeterRegistry(), inFlight)).delivery(
                new ConsumerRecord<>(topic, 0, 0, null, new byte[1]), Delivery.documentId(topic, 0, 0), delivery -> { }));
    }

    /** Senders choose names of topics. */
    @Test
    void ofATopicThatNobodyReadsNothingStays() {
        for (int i = 0; i < 100; i++) {
            assertThat(feeds.withdraw("unread-" + i)).isEmpty();
        }

        assertThat(feeds.fed(feeds.reading(Pattern.compile(".*")))).isEmpty();
    }

    /** As camel-kafka does before its route stops: what a route takes in then, it may not get rid of any more. */
    @Test
    void whilePausedItTakesNothingAndGoesOnCompleting() {
        var reader = reader();
        feed("trade");
        assertThat(reader.poll(BRIEFLY).count()).isOne();
        feed("trade");

        reader.pause(reader.assignment());

        assertThat(reader.poll(BRIEFLY).isEmpty()).isTrue();
        assertThat(reader.poll(BRIEFLY).isEmpty()).isTrue();
        reader.resume(reader.assignment());
        assertThat(reader.poll(BRIEFLY).count()).isOne();
        reader.pause(Set.of());
        inFlight.left(1);
        assertThat(reader.poll(BRIEFLY).isEmpty()).isTrue();
        assertThat(completed).hasValue(1);
    }

    @Test
    void aPatternReadsEveryTopicThatItMatches() {
        var reader = new FedConsumer(feeds, groupCommit);
        reader.subscribe(Pattern.compile("trade-.*"), null);
        assertThat(feeds.isRead("trade-a")).isTrue();
        assertThat(feeds.isRead("trade")).isFalse();
        assertThat(feeds.topics()).containsExactly("trade-.*");
        assertThat(reader.poll(BRIEFLY).isEmpty()).isTrue();

        for (var topic : List.of("trade-a", "trade-b", "trade-a")) {
            feed(topic);
            assertThat(reader.poll(Duration.ofSeconds(1))).extracting(ConsumerRecord::topic).containsExactly(topic);
        }
        reader.close();
        assertThat(feeds.isRead("trade-a")).isFalse();
    }

    @Test
    void aPatternReadsNoDeadLettersOfWhatItMatches() {
        var reader = new FedConsumer(feeds, groupCommit);
        reader.subscribe(Pattern.compile("trade.*"), null);
        feed("trade.dead-letters");
        assertThat(reader.poll(BRIEFLY).isEmpty()).isTrue();
        assertThat(feeds.isRead("trade.dead-letters")).isFalse();

        var ofLetters = new FedConsumer(feeds, groupCommit);
        ofLetters.subscribe(Pattern.compile(".*\\.dead-letters"), null);
        assertThat(feeds.isRead("trade.dead-letters")).isTrue();
        assertThat(feeds.topics()).containsExactlyInAnyOrder("trade.*", ".*\\.dead-letters");
        assertThat(ofLetters.poll(BRIEFLY)).extracting(ConsumerRecord::topic).containsExactly("trade.dead-letters");
        assertThat(feeds.isRead("trade.dead-letters.dead-letters")).isFalse();
    }

    @Test
    void aBusyTopicKeepsNoOtherFromItsTurn() {
        var reader = new FedConsumer(feeds, groupCommit);
        reader.subscribe(List.of("a", "b", "c"), null);
        for (var busy : List.of("a", "b", "c")) {
            List.of("a", "b", "c").forEach(this::feed);
            var polled = new TreeSet<String>();
            for (int i = 0; i < 3; i++) {
                reader.poll(BRIEFLY).forEach(record -> polled.add(record.topic()));
                feed(busy);
            }
            assertThat(polled).containsExactly("a", "b", "c");
        }
    }

    @Test
    void whatAClosedReaderHasHandedOverIsCompletedByAnother() {
        var one = reader();
        var other = reader();
        feed("trade");
        one.poll(BRIEFLY).forEach(record -> ((DeliveryHeaders) record.headers()).delivery().route("r"));
        one.close();
        int before = completed.get();

        assertThat(other.poll(BRIEFLY).isEmpty()).isTrue();

        assertThat(completed).hasValueGreaterThan(before);
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

    @Test
    void whatGathersWhileOthersHaveNothingToDoIsCompletedAfterItHasGathered() {
        var one = reader();
        var other = reader();
        feed("trade");
        assertThat(one.poll(BRIEFLY).count()).isEqualTo(1);

        // Its route is at work on the record, which is in no aggregation yet.
        assertThat(other.poll(BRIEFLY).isEmpty()).isTrue();
        int before = completed.get();

        assertThat(one.poll(BRIEFLY).isEmpty()).isTrue();
        assertThat(completed).hasValueGreaterThan(before);
    }
}

package io.penstock.source.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.delivery.DeliveryMetrics;
import io.penstock.delivery.InFlight;
import io.penstock.delivery.LogLines;
import io.penstock.source.DeadLetterTopics;
import io.penstock.source.DeliveryHeaders;
import io.penstock.source.Intake;
import io.penstock.source.fed.FedClientFactory;
import io.penstock.source.fed.Feeds;
import io.penstock.source.fed.GroupCommit;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** Requests' records before the consumers that routes have. */
class IngressTest {

    private final InFlight inFlight = new InFlight(1_000, 1_000_000);
    private final DeliveryMetrics metrics = new DeliveryMetrics(new SimpleMeterRegistry(), inFlight);
    private final Feeds feeds = new Feeds(new DeadLetterTopics("kafka:{topic}.dead-letters"));
    private final Ingress ingress = ingress(inFlight, "100ms", "1ms");

    private Ingress ingress(InFlight inFlight, String requestTimeout, String routeTimeout) {
        var config = new SmallRyeConfigBuilder().addDiscoveredConverters().withMapping(PushConfig.class).withDefaultValues(Map.of(
                "penstock.push.request-timeout", requestTimeout, "penstock.push.route-timeout", routeTimeout)).build();
        return new Ingress(feeds, new Intake(inFlight, metrics), inFlight, metrics, config.getConfigMapping(PushConfig.class));
    }

    private Consumer<?, ?> reader(String... topics) {
        var groupCommit = new GroupCommit(inFlight, () -> { }, Duration.ZERO);
        var reader = new FedClientFactory(feeds, groupCommit).getConsumer(new Properties());
        reader.subscribe(Set.of(topics), null);
        return reader;
    }

    private static Arrival arrival(String topic, long offset) {
        return Arrival.ofKafka(topic, 0, offset, 0, null, new byte[1], new RecordHeaders());
    }

    private CompletableFuture<Reception> receive(Arrival... arrivals) {
        return receive(ingress, arrivals);
    }

    private static CompletableFuture<Reception> receive(Ingress ingress, Arrival... arrivals) {
        return ingress.receive(List.of(arrivals), () -> false).toCompletableFuture().orTimeout(10, TimeUnit.SECONDS);
    }

    private static int settle(Consumer<?, ?> reader) {
        int settled = 0;
        for (ConsumerRecord<?, ?> record : reader.poll(Duration.ofMillis(20))) {
            ((DeliveryHeaders) record.headers()).delivery().release();
            settled++;
        }
        return settled;
    }

    @Test
    void whatNoRouteReadsAnyMoreIsNotInFlightForEver() {
        var reader = reader("trade");
        reader.pause(Set.of());
        var received = receive(arrival("trade", 1));
        var joined = receive(arrival("trade", 1), arrival("trade", 2));

        reader.close();

        assertThat(received.join()).isEqualTo(new Reception.Unread("trade"));
        assertThat(joined.join()).isEqualTo(new Reception.Unread("trade"));
        assertThat(inFlight.records()).isZero();
        assertThat(inFlight.bytes()).isZero();

        // Sent again when there is a route, it is as good as new.
        assertThat(receive(arrival("trade", 1)).join()).isInstanceOf(Reception.Unread.class);
        var next = reader("trade");
        var again = receive(arrival("trade", 1));
        assertThat(settle(next)).isOne();
        assertThat(again.join()).isEqualTo(new Reception.Settled());
        assertThat(inFlight.records()).isZero();
    }

    @Test
    void aSenderCannotWriteALineIntoTheLog() {
        try (var log = new LogLines(Ingress.class)) {
            receive(arrival("x\nERROR y" + "z".repeat(1000), 1)).join();

            assertThat(log.lines()).singleElement().asString().contains("x ERROR y").doesNotContain("\n", "z".repeat(250));
        }
    }

    @Test
    void whatWasAnsweredBeforeItsTopicWasUnreadIsNotInFlightEither() {
        var reader = reader("trade");
        reader.pause(Set.of());
        assertThat(receive(arrival("trade", 1)).join()).isInstanceOf(Reception.Late.class);
        assertThat(inFlight.records()).isOne();

        reader.close();

        await().untilAsserted(() -> assertThat(inFlight.records()).isZero());
        assertThat(receive(arrival("trade", 1)).join()).isInstanceOf(Reception.Unread.class);
    }

    /** All that is allowed, and its senders have been answered: no request would come through to find that it has to go. */
    @Test
    void whatWaitsForARouteThatHasGoneFillsTheBoundForNoOther() {
        var inFlight = new InFlight(2, 1_000_000);
        var ingress = ingress(inFlight, "100ms", "1ms");
        var reader = reader("trade");
        reader("other");
        reader.pause(Set.of());
        for (int i = 0; i < 2; i++) {
            assertThat(receive(ingress, arrival("trade", i)).join()).isInstanceOf(Reception.Late.class);
        }
        assertThat(receive(ingress, arrival("other", 1)).join()).isInstanceOf(Reception.Full.class);

        reader.close();

        await().untilAsserted(() -> assertThat(inFlight.records()).isZero());
        assertThat(inFlight.bytes()).isZero();
        assertThat(receive(ingress, arrival("other", 1)).join()).isInstanceOf(Reception.Late.class);
    }

    @Test
    void whatAPatternOfTopicsHadReadIsNotInFlightForEverEither() {
        var groupCommit = new GroupCommit(inFlight, () -> { }, Duration.ZERO);
        var reader = new FedClientFactory(feeds, groupCommit).getConsumer(new Properties());
        reader.subscribe(Pattern.compile("trade-.*"), null);
        reader.pause(Set.of());
        assertThat(receive(arrival("trade-a", 1)).join()).isInstanceOf(Reception.Late.class);

        reader.close();

        await().untilAsserted(() -> assertThat(inFlight.records()).isZero());
    }

    /** As when a route is edited. */
    @Test
    void whatWaitsIsTheNextReadersIfThereIsOneInTime() {
        var ingress = ingress(inFlight, "10s", "1h");
        var reader = reader("trade");
        reader.pause(Set.of());
        var received = receive(ingress, arrival("trade", 1));

        reader.close();
        assertThat(settle(reader("trade"))).isOne();

        assertThat(received.join()).isEqualTo(new Reception.Settled());
        assertThat(inFlight.records()).isZero();
    }

    /** Neither a request nor what it left waits for a route then. */
    @Test
    void withoutARouteTimeoutWhatNoRouteReadsIsToldAtOnce() {
        var ingress = ingress(inFlight, "1h", "0");
        assertThat(receive(ingress, arrival("trade", 1))).isCompletedWithValue(new Reception.Unread("trade"));
        var reader = reader("trade");
        reader.pause(Set.of());
        var received = receive(ingress, arrival("trade", 1));

        reader.close();

        assertThat(received.join()).isEqualTo(new Reception.Unread("trade"));
        assertThat(inFlight.records()).isZero();
    }

    @Test
    void whatARouteHasTakenGoesOnThoughNoRouteReadsItsTopicAnyMore() {
        var reader = reader("trade");
        var received = receive(arrival("trade", 1));
        var taken = ((DeliveryHeaders) reader.poll(Duration.ofSeconds(1)).iterator().next().headers()).delivery();
        taken.route("r");
        reader.close();

        assertThat(received.join()).isInstanceOf(Reception.Late.class);
        assertThat(inFlight.records()).isOne();

        taken.release();
        assertThat(inFlight.records()).isZero();
    }

    /** The old version has gone and the next one comes while requests give up waiting. */
    @Test
    void everyRecordIsEitherReadOrItsRequestIsToldThatItIsNot() {
        var ingress = ingress(inFlight, "10s", "1ms");
        for (int round = 0; round < 20; round++) {
            var reader = reader("trade");
            reader.pause(Set.of());
            var received = new ArrayList<CompletableFuture<Reception>>();
            for (int i = 0; i < 200; i++) {
                received.add(ingress.receive(List.of(arrival("trade", i)), () -> false).toCompletableFuture());
            }
            reader.close();
            var first = received.getFirst();
            first.join();

            var next = reader("trade");
            int settled = 0;
            while (inFlight.records() > 0) {
                settled += settle(next);
            }
            next.close();

            assertThat(received).extracting(CompletableFuture::join).filteredOn(Reception.Unread.class::isInstance)
                    .hasSize(200 - settled);
        }
    }
}

package io.penstock.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import io.penstock.stack.Audit;
import io.penstock.stack.JavaLauncher;
import io.penstock.stack.PenstockProcess;
import io.penstock.stack.Stack;
import io.penstock.stack.TradeRecords;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From no process to several and back, with records of a real topic sent as a Knative KafkaSource sends them. */
@Tag("long")
class ScaleIT {

    /** Without broken records: a KafkaSource changes the names of headers, which the audit of dead letters looks at. */
    private static final TradeRecords TRADES = new TradeRecords(55, 0.10, 0);

    private final Stack stack = Stack.shared();

    private Activator activator(String name, int target, int most, Duration window) {
        return new Activator(PenstockProcess.against(stack).topic(name).index(name).environment("PENSTOCK_SOURCE", "push")
                .jvmOptions("-Xmx160m", JavaLauncher.FAST_START, "-XX:+UseSerialGC")::start, target, most, window);
    }

    @Test
    void theFirstRequestStartsAProcessAndAnIdleOneEnds() {
        var name = "zero-" + System.nanoTime();
        try (var activator = activator(name, 100, 1, Duration.ofSeconds(2)); var sender = new Sender(activator.url())) {
            for (int round = 0; round < 2; round++) {
                assertThat(activator.processes()).isZero();
                long begin = System.nanoTime();
                var trade = TRADES.trade(0);
                assertThat(sender.send(sender.kafkaSource(new ConsumerRecord<>(name, 0, round, trade.key(), trade.value())))
                        .statusCode()).isEqualTo(204);
                System.out.printf("From zero to the first stored record: %d ms%n", (System.nanoTime() - begin) / 1_000_000);
                int ended = round + 1;
                await().atMost(Duration.ofSeconds(60)).until(() -> activator.exitCodes().size() == ended);
                assertThat(activator.exitCodes()).containsOnly(0);
            }
        }
        assertThat(stack.elasticsearch().count(name)).isEqualTo(2);
    }

    @Test
    void aBurstIsTakenBySeveralProcessesAndNothingIsLostOrStoredTwice() throws InterruptedException {
        burst(false, 6_000, 40, 4);
    }

    @Test
    void orderedDispatchLosesNothingEither() throws InterruptedException {
        burst(true, 800, 2, 2);
    }

    private KafkaSourceDispatcher dispatcher(String topic, String group, Sender sender, boolean ordered,
            KafkaSourceDispatcher.Delivery delivery) {
        return new KafkaSourceDispatcher(stack.kafka(), topic, group, sender, ordered, delivery);
    }

    private void burst(boolean ordered, int records, int target, int processes) throws InterruptedException {
        var name = (ordered ? "ordered-" : "burst-") + System.nanoTime();
        stack.kafka().createTopic(name, 4);
        TRADES.produce(stack.kafka(), name, 0, records);
        long begin = System.nanoTime();
        try (var activator = activator(name, target, processes, Duration.ofSeconds(5));
                var sender = new Sender(activator.url());
                var dispatcher = dispatcher(name, name, sender, ordered, KafkaSourceDispatcher.Delivery.DEFAULTS).start(4)) {
            await().atMost(Duration.ofMinutes(5)).until(() -> Audit.uncommitted(stack.kafka(), name, name).isEmpty());
            double seconds = (System.nanoTime() - begin) / 1e9;
            await().atMost(Duration.ofMinutes(2)).until(() -> activator.exitCodes().size() == activator.started());

            var counts = dispatcher.counts();
            var audit = Audit.take(stack, name, name, name, TRADES);
            System.out.printf("%s: %d records, 0 -> %d -> %d processes (%d started), %.1f s, retries %s, %d dropped%n%s%n",
                    ordered ? "ordered" : "unordered", records, activator.peak(), activator.processes(), activator.started(), seconds,
                    counts.retries(), counts.dropped(), audit);
            assertThat(audit.isRight()).as(audit.toString()).isTrue();
            assertThat(counts.dropped()).isZero();
            // The dispatcher's consumers join one after the other, and what moves between them is sent again.
            assertThat(counts.delivered()).isGreaterThanOrEqualTo(records);
            // A native executable may be through before the last one is asked for.
            assertThat(activator.peak()).isBetween(2, processes);
            assertThat(activator.exitCodes()).containsOnly(0);
        }
    }

    @Test
    void switchingFromPullToPushRepeatsNothing() throws InterruptedException {
        var name = "switch-" + System.nanoTime();
        stack.kafka().createTopic(name, 4);
        TRADES.produce(stack.kafka(), name, 0, 2_000);
        try (var pull = PenstockProcess.against(stack).topic(name).index(name).group(name).start().awaitReady()) {
            await().atMost(Duration.ofMinutes(1)).until(() -> Audit.uncommitted(stack.kafka(), name, name).isEmpty());
            assertThat(pull.terminate()).isZero();
        }
        TRADES.produce(stack.kafka(), name, 2_000, 3_000);
        var again = name + "-again";
        try (var push = PenstockProcess.against(stack).topic(name).index(name).environment("PENSTOCK_SOURCE", "push").start()
                .awaitReady(); var sender = new Sender(push.url())) {
            // In the same group: goes on where pull mode has ended
            try (var source = dispatcher(name, name, sender, false, KafkaSourceDispatcher.Delivery.DEFAULTS).start(1)) {
                await().atMost(Duration.ofMinutes(1)).until(() -> Audit.uncommitted(stack.kafka(), name, name).isEmpty());
                assertThat(source.counts().delivered()).isEqualTo(1_000);
            }
            // In a group of its own: everything once more, over the documents that are there
            try (var source = dispatcher(name, again, sender, false, KafkaSourceDispatcher.Delivery.DEFAULTS).start(1)) {
                await().atMost(Duration.ofMinutes(1)).until(() -> Audit.uncommitted(stack.kafka(), name, again).isEmpty());
                assertThat(source.counts().delivered()).isEqualTo(3_000);
            }
        }
        var audit = Audit.take(stack, name, name, again, TRADES);
        assertThat(audit.isRight()).as(audit.toString()).isTrue();
        assertThat(audit.rewritten()).isEqualTo(audit.stored());
    }

    @Test
    void knativesDefaultsDropWhatTheManifestKeeps(@TempDir Path routes) throws Exception {
        int records = 30;
        int faster = 1_000;
        var name = "dropped-" + System.nanoTime();
        stack.kafka().createTopic(name, 1);
        TRADES.produce(stack.kafka(), name, 0, records);
        // No route yet, so every record is answered 404, which is tried again
        try (var penstock = PenstockProcess.against(stack).topic(name).index(name).routes(routes)
                .environment("PENSTOCK_SOURCE", "push").environment("PENSTOCK_PUSH_ROUTE_TIMEOUT", "1ms").start();
                var sender = new Sender(penstock.url())) {
            await().atMost(Duration.ofMinutes(1)).ignoreExceptions()
                    .until(() -> sender.send(sender.post("/event-invoke", "application/json", "{\"Records\":[]}")).statusCode() == 200);

            var drops = name + "-defaults";
            try (var source = dispatcher(name, drops, sender, false, KafkaSourceDispatcher.Delivery.DEFAULTS.faster(faster)).start(1)) {
                await().atMost(Duration.ofMinutes(1)).until(() -> Audit.uncommitted(stack.kafka(), name, drops).isEmpty());
                assertThat(source.counts().dropped()).isEqualTo(records);
                assertThat(source.counts().retries()).isEqualTo(Map.of("404", records * 10));
            }
            assertThat(stack.elasticsearch().count(name)).isZero();

            var manifest = ManifestTest.read(Path.of("deploy/knative/kafka-source.yaml")).at("/spec/delivery");
            var delivery = KafkaSourceDispatcher.Delivery.of(manifest, record -> false).faster(faster);
            try (var source = dispatcher(name, name, sender, false, delivery).start(1)) {
                await().atMost(Duration.ofMinutes(1)).until(() -> source.counts().retries().getOrDefault("404", 0) > records * 20);
                assertThat(Audit.uncommitted(stack.kafka(), name, name)).isNotEmpty();
                Files.copy(Path.of("src/main/resources/routes/trade-errors.camel.yaml"), routes.resolve("trade-errors.camel.yaml"));
                await().atMost(Duration.ofMinutes(1)).until(() -> Audit.uncommitted(stack.kafka(), name, name).isEmpty());
                assertThat(source.counts().dropped()).isZero();
            }
        }
        var audit = Audit.take(stack, name, name, name, TRADES);
        assertThat(audit.isRight()).as(audit.toString()).isTrue();
    }
}

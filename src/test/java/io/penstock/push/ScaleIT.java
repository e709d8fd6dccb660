package io.penstock.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;

import io.penstock.stack.Audit;
import io.penstock.stack.PenstockProcess;
import io.penstock.stack.Stack;
import io.penstock.stack.TradeRecords;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** From no process to several and back, with records of a real topic sent as a Knative KafkaSource sends them. */
@Tag("long")
class ScaleIT {

    /** Without broken records: a KafkaSource changes the names of headers, which the audit of dead letters looks at. */
    private static final TradeRecords TRADES = new TradeRecords(55, 0.10, 0);

    private final Stack stack = Stack.shared();

    private Activator activator(String name, int target, int most, Duration window) {
        return new Activator(PenstockProcess.against(stack).topic(name).index(name).environment("PENSTOCK_SOURCE", "push")
                .jvmOptions("-Xmx160m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")::start, target, most, window);
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
    void aBurstIsTakenByFourProcessesAndNothingIsLostOrStoredTwice() throws InterruptedException {
        burst(false, 6_000, 40, 4);
    }

    @Test
    void orderedDispatchLosesNothingEither() throws InterruptedException {
        burst(true, 800, 2, 2);
    }

    private void burst(boolean ordered, int records, int target, int processes) throws InterruptedException {
        var name = (ordered ? "ordered-" : "burst-") + System.nanoTime();
        stack.kafka().createTopic(name, 4);
        TRADES.produce(stack.kafka(), name, 0, records);
        long begin = System.nanoTime();
        try (var activator = activator(name, target, processes, Duration.ofSeconds(5));
                var sender = new Sender(activator.url());
                var dispatcher = KafkaSourceDispatcher.withDefaults(stack.kafka(), name, name, sender, ordered).start(4)) {
            await().atMost(Duration.ofMinutes(5)).until(() -> Audit.uncommitted(stack.kafka(), name, name).isEmpty());
            double seconds = (System.nanoTime() - begin) / 1e9;
            await().atMost(Duration.ofMinutes(2)).until(() -> activator.exitCodes().size() == activator.started());

            var counts = dispatcher.counts();
            var audit = Audit.take(stack, name, name, name, TRADES);
            System.out.printf("%s: %d records, 0 -> %d -> %d processes (%d started), %.1f s, retries by status %s, %d dropped%n%s%n",
                    ordered ? "ordered" : "unordered", records, activator.peak(), activator.processes(), activator.started(), seconds,
                    counts.retries(), counts.dropped(), audit);
            assertThat(audit.isRight()).as(audit.toString()).isTrue();
            assertThat(counts.dropped()).isZero();
            assertThat(counts.delivered()).isEqualTo(records);
            assertThat(activator.peak()).isEqualTo(processes);
            assertThat(activator.exitCodes()).containsOnly(0);
        }
    }
}

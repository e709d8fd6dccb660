package io.penstock.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class DeliveryTest {

    private final AtomicInteger settled = new AtomicInteger();
    private final Delivery delivery = new Delivery(new ConsumerRecord<>("trade", 3, 42, null, new byte[0]), "trade-3-42", 10,
            d -> settled.incrementAndGet());

    /** It would put a span where the delivery is. */
    @Test
    void noTracingIsOnTheClassPath() {
        assertThat(Delivery.PROPERTY.getName()).isEqualTo("OpenTracing.activeSpan");
        for (var tracer : List.of("tracing.Tracer", "telemetry.Tracer", "opentelemetry.OpenTelemetryTracer", "telemetrydev.TelemetryDevTracer")) {
            assertThatThrownBy(() -> Class.forName("org.apache.camel." + tracer)).isInstanceOf(ClassNotFoundException.class);
        }
    }

    @Test
    void theLastHolderSettlesItOnce() {
        delivery.hold();
        delivery.hold();
        delivery.release();
        delivery.release();
        assertThat(settled).hasValue(0);
        delivery.release();
        assertThat(settled).hasValue(1);
        assertThat(delivery.isSettled()).isTrue();
    }

    @Test
    void aSettledDeliveryCannotBeHeldAgainNorGrow() {
        delivery.release();
        long bytes = delivery.bytes();
        assertThatIllegalStateException().isThrownBy(delivery::hold).withMessageContaining("trade-3@42");
        assertThatIllegalStateException().isThrownBy(() -> delivery.grew(100)).withMessageContaining("trade-3@42");
        assertThat(delivery.bytes()).isEqualTo(bytes);
        assertThat(settled).hasValue(1);
    }

    @Test
    void manyThreadsSettleItOnce() throws InterruptedException {
        int holders = 64;
        var threads = new Thread[holders];
        for (int i = 0; i < holders; i++) {
            delivery.hold();
            threads[i] = Thread.ofVirtual().unstarted(delivery::release);
        }
        for (Thread thread : threads) {
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(settled).hasValue(0);
        delivery.release();
        assertThat(settled).hasValue(1);
    }

    @Test
    void itsOutcomeIsTheWorstThatHappened() {
        assertThat(delivery.outcome()).isEqualTo(Delivery.Outcome.FILTERED);
        delivery.stored();
        assertThat(delivery.outcome()).isEqualTo(Delivery.Outcome.STORED);
        assertThat(delivery.claimDeadLetter()).isTrue();
        assertThat(delivery.outcome()).isEqualTo(Delivery.Outcome.DEAD_LETTERED);
    }

    @Test
    void onlyTheFirstMayMakeItsDeadLetter() {
        assertThat(delivery.claimDeadLetter()).isTrue();
        assertThat(delivery.claimDeadLetter()).isFalse();
    }

    @Test
    void manyThreadsHoldAndLetGoOfIt() throws InterruptedException {
        int times = 200_000;
        var ready = new CyclicBarrier(4);
        var threads = new Thread[ready.getParties()];
        for (int t = 0; t < threads.length; t++) {
            threads[t] = Thread.ofPlatform().start(() -> {
                try {
                    ready.await();
                } catch (InterruptedException | BrokenBarrierException e) {
                    return;
                }
                for (int i = 0; i < times; i++) {
                    delivery.hold();
                    delivery.grew(1);
                    delivery.release();
                }
            });
        }
        for (var thread : threads) {
            thread.join();
        }
        assertThat(settled).hasValue(0);
        assertThat(delivery.bytes()).isEqualTo(10 + (long) threads.length * times);
        delivery.release();
        assertThat(settled).hasValue(1);
        assertThatIllegalStateException().isThrownBy(delivery::release).withMessageContaining("more often than held");
    }

    @Test
    void itKnowsItsRouteOnceOneHasTakenItIn() {
        assertThat(delivery.route()).isEmpty();
        delivery.route("trade-errors");
        assertThat(delivery.route()).isEqualTo("trade-errors");
    }
}

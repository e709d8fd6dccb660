package io.penstock.sink;

import static io.penstock.sink.DeadLetterFixtures.REASON;
import static io.penstock.sink.DeadLetterFixtures.delivery;
import static io.penstock.sink.DeadLetterFixtures.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeadLetterLaneTest {

    /** Fails as it is told to. */
    private static final class Endpoint implements DeadLetterEndpoint {

        private volatile @Nullable RuntimeException failure;

        @Override
        public CompletableFuture<?> send(DeadLetter letter) {
            return failure == null ? CompletableFuture.completedFuture(null) : CompletableFuture.failedFuture(failure);
        }

        @Override
        public boolean isTooLarge(Throwable failure) {
            return failure instanceof RecordTooLargeException;
        }

        @Override
        public void close(Duration timeout) {
        }

        @Override
        public String advice(Throwable failure) {
            return "";
        }
    }

    @Test
    void outageIsOverWhenTheOnlyLetterLeftIsFoundTooLarge() {
        var endpoint = new Endpoint();
        var kept = new AtomicInteger();
        endpoint.failure = new TimeoutException();
        var lane = new DeadLetterLane("kafka:x", () -> endpoint, new Backoff(Duration.ofMillis(1), Duration.ofMillis(5)),
                letter -> kept.incrementAndGet());
        try {
            lane.add(new DeadLetter(delivery(record("trade", 1), new AtomicInteger()), REASON, false));
            await().until(() -> lane.problem().isPresent());

            endpoint.failure = new RecordTooLargeException();
            await().until(() -> lane.problem().isEmpty());

            assertThat(kept).hasValue(0);
            endpoint.failure = null;
            await().untilAsserted(() -> assertThat(kept).hasValue(1));
        } finally {
            lane.close();
        }
    }
}

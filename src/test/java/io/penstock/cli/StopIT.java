package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import io.penstock.stack.PenstockProcess;
import org.junit.jupiter.api.Test;

/** SIGTERM ends Penstock whenever it comes. */
class StopIT {

    private static final int STARTS = 24;
    private static final int AT_A_TIME = 4;
    private static final int APART_MS = 150;

    /** Whoever waits for that, as Kubernetes does, would have to kill it in the end. */
    @Test
    void whileItStarts() throws Exception {
        try (var threads = Executors.newFixedThreadPool(AT_A_TIME)) {
            var starts = IntStream.range(0, STARTS).<Callable<Void>>mapToObj(i -> () -> stop(i * APART_MS)).toList();
            for (var start : threads.invokeAll(starts)) {
                start.get();
            }
        }
    }

    @Test
    void whileNoKafkaConsumerCanBeMade() {
        try (var penstock = PenstockProcess.against("nowhere.invalid:9092", "http://127.0.0.1:9")
                .environment("PENSTOCK_SHUTDOWN_TIMEOUT", "8s").start()) {
            await().atMost(Duration.ofMinutes(1)).until(() -> penstock.output().contains("No Kafka consumer"));
            assertThat(penstock.terminate(Duration.ofSeconds(30))).as(penstock.output()).isZero();
            assertThat(penstock.output()).doesNotContain("WARN", "\tat ");
        }
    }

    private static Void stop(int afterMs) throws InterruptedException {
        try (var penstock = PenstockProcess.against("127.0.0.1:9", "http://127.0.0.1:9").start()) {
            Thread.sleep(afterMs);
            int code = penstock.terminate(Duration.ofSeconds(15));
            // 143 where nobody has taken the signal over yet
            assertThat(code).as("after %d ms: %s", afterMs, penstock.output()).isIn(0, 143);
            assertThat(penstock.output()).as("after %d ms", afterMs).doesNotContain("\tat ");
        }
        return null;
    }
}

package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import io.penstock.stack.PenstockProcess;
import io.penstock.stack.TradeRecords;
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
            await().atMost(Duration.ofMinutes(1)).until(() -> penstock.output().contains("Kafka can't be read: "));
            assertThat(penstock.terminate(Duration.ofSeconds(30))).as(penstock.output()).isZero();
            assertThat(penstock.output()).doesNotContain("WARN", "\tat ");
            assertThat(penstock.output().lines().filter(line -> line.contains("ERROR"))).as("one outage, one line").hasSize(1)
                    .allSatisfy(line -> assertThat(line).contains("see kafka.bootstrap.servers"));
        }
    }

    /** The system and the shell send one each. */
    @Test
    void whenItsTerminalIsClosed() throws IOException {
        // Whoever runs below nohup can't be told so.
        var signals = Path.of("/proc/self/status");
        assumeThat(Files.exists(signals) ? Files.readString(signals) : "").doesNotContainPattern("SigIgn:\\s+[0-9a-f]{15}[13579bdf]");
        try (var penstock = PenstockProcess.against("nowhere.invalid:9092", "http://127.0.0.1:9").start()) {
            await().atMost(Duration.ofMinutes(1)).until(() -> penstock.output().contains("Routes of "));
            penstock.hangUp();
            penstock.hangUp();
            assertThat(penstock.awaitEnd(Duration.ofSeconds(60))).as(penstock.output()).isZero();
            assertThat(penstock.output()).contains("Stopped after");
        }
    }

    @Test
    void atOnceIfItMayTakeNoTime() {
        try (var penstock = PenstockProcess.against("127.0.0.1:9", "http://127.0.0.1:9").environment("PENSTOCK_SOURCE", "push")
                .environment("PENSTOCK_SHUTDOWN_TIMEOUT", "0").start()) {
            await().atMost(Duration.ofMinutes(1)).until(() -> penstock.output().contains("Routes of "));
            assertThat(penstock.terminate(Duration.ofSeconds(5))).as(penstock.output()).isOne();
            assertThat(penstock.output()).contains("Not stopped within penstock.shutdown-timeout").doesNotContain("\tat ");
        }
    }

    @Test
    void aSecondSigtermDoesNotWaitForWhatIsInFlight() throws Exception {
        try (var penstock = PenstockProcess.against("127.0.0.1:9", "http://127.0.0.1:9").environment("PENSTOCK_SOURCE", "push")
                .environment("PENSTOCK_SHUTDOWN_TIMEOUT", "5m").start();
                var http = HttpClient.newHttpClient()) {
            await().atMost(Duration.ofMinutes(1)).ignoreExceptions().until(() -> penstock.get("/q/health/live").statusCode() == 200);
            var trade = new TradeRecords(5, 0, 0).trade(0).value();
            http.sendAsync(HttpRequest.newBuilder(URI.create(penstock.url() + "/")).header("ce-specversion", "1.0").header("ce-id", "1")
                    .header("ce-source", "test").header("ce-type", "trade").header("content-type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(trade)).build(), HttpResponse.BodyHandlers.discarding());
            await().atMost(Duration.ofMinutes(1)).until(() -> penstock.metric("penstock_records_in_flight") == 1);

            penstock.signal();
            await().atMost(Duration.ofMinutes(1)).until(() -> penstock.output().contains("Stopping"));
            penstock.signal();

            assertThat(penstock.awaitEnd(Duration.ofSeconds(30))).as(penstock.output()).isOne();
            assertThat(penstock.output()).contains("A second SIGTERM: stopping at once.");
            http.shutdownNow();
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

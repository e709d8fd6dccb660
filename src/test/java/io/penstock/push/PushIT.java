package io.penstock.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.penstock.stack.ElasticsearchServer;
import io.penstock.stack.PenstockProcess;
import io.penstock.stack.Stack;
import io.penstock.stack.TopicReader;
import io.penstock.stack.TradeRecords;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** The packaged service in push mode: what it answers, when, and what is stored then. */
@Tag("long")
class PushIT {

    private static final TradeRecords TRADES = new TradeRecords(5, 0, 0);
    private static final Path SHIPPED_ROUTE = Path.of("src/main/resources/routes/trade-errors.camel.yaml");
    /** More than a process with all its pools has, and far fewer than requests wait. */
    private static final int THREADS = 300;

    private final Stack stack = Stack.shared();
    private String name;
    @AutoClose
    private PenstockProcess penstock;
    @AutoClose
    private Sender sender;

    @BeforeEach
    void name(TestInfo test) {
        name = "push-" + test.getTestMethod().orElseThrow().getName().toLowerCase() + "-" + System.nanoTime();
    }

    private void start(String... environment) {
        var builder = PenstockProcess.against(stack).topic(name).index(name).environment("PENSTOCK_SOURCE", "push");
        for (int i = 0; i < environment.length; i += 2) {
            builder.environment(environment[i], environment[i + 1]);
        }
        penstock = builder.start().awaitReady();
        sender = new Sender(penstock.url());
    }

    private ConsumerRecord<byte[], byte[]> record(int number) {
        var trade = TRADES.trade(number);
        return new ConsumerRecord<>(name, 3, number, trade.key(), trade.value());
    }

    private HttpResponse<String> send(int number) {
        return sender.send(sender.kafkaSource(record(number)));
    }

    /** By its first record; it may take longer than a test's time limit for requests. */
    private void makeIndex() {
        await().atMost(Duration.ofSeconds(30)).until(() -> send(0).statusCode() == 204);
    }

    private List<Future<HttpResponse<String>>> sendAtOnce(int first, int end) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            return threads.invokeAll(IntStream.range(first, end)
                    .mapToObj(number -> (Callable<HttpResponse<String>>) () -> send(number)).toList());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Integer> statuses(List<Future<HttpResponse<String>>> answers) {
        return answers.stream().map(answer -> answer.resultNow().statusCode()).toList();
    }

    private Map<String, ElasticsearchServer.Document> documents() {
        return stack.elasticsearch().documents(name).stream()
                .collect(Collectors.toMap(ElasticsearchServer.Document::id, document -> document));
    }

    @Test
    void aRecordOfAKafkaSourceIsStoredUnderTheIdThatPullModeGivesItBeforeItIsAnswered() {
        start();

        assertThat(send(0).statusCode()).isEqualTo(204);
        assertThat(documents()).containsOnlyKeys(name + "-3-0");

        // Sent again, and by several at the same time: stored once
        assertThat(statuses(IntStream.range(0, 20).mapToObj(i -> sendAtOnce(0, 2)).flatMap(List::stream).toList()))
                .containsOnly(204);
        assertThat(documents()).containsOnlyKeys(name + "-3-0", name + "-3-1");
    }

    @Test
    void filteredAndDeadLetteredRecordsAreAnsweredLikeStoredOnes() {
        start();
        var answer = sender.send(sender.kafkaSource(new ConsumerRecord<>(name, 0, 7, "key".getBytes(StandardCharsets.UTF_8),
                "{\"returnCode\":0}".getBytes(StandardCharsets.UTF_8))));
        assertThat(answer.statusCode()).isEqualTo(204);

        answer = sender.send(sender.kafkaSource(new ConsumerRecord<>(name, 0, 8, "key".getBytes(StandardCharsets.UTF_8),
                "not JSON".getBytes(StandardCharsets.UTF_8))));
        assertThat(answer.statusCode()).isEqualTo(204);

        var deadLetters = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        TopicReader.read(stack.kafka(), name + ".dead-letters", deadLetters::add);
        assertThat(deadLetters).singleElement().satisfies(letter -> {
            assertThat(new String(letter.value(), StandardCharsets.UTF_8)).isEqualTo("not JSON");
            assertThat(new String(letter.key(), StandardCharsets.UTF_8)).isEqualTo("key");
            assertThat(new String(letter.headers().lastHeader("penstock-offset").value(), StandardCharsets.UTF_8)).isEqualTo("8");
        });
        assertThat(documents()).isEmpty();
    }

    @Test
    void cloudEventsOfAnySourceAreStoredInEveryContentModeUnderAnIdOfTheirOwn() {
        start();
        var data = new String(TRADES.trade(0).value(), StandardCharsets.UTF_8);
        var event = """
                {"specversion":"1.0","id":"%s","source":"urn:shop","type":"%s","datacontenttype":"application/json","data":%s}""";

        // Structured, the topic named by the type; batched, by the path; binary, by the path, and the first event again
        assertThat(sender.send(sender.post("/events", "application/cloudevents+json; charset=utf-8",
                event.formatted("1", name, data))).statusCode()).isEqualTo(204);
        assertThat(sender.send(sender.post("/events/" + name, "application/cloudevents-batch+json",
                "[" + event.formatted("2", "sold", data) + "," + event.formatted("3", "sold", data) + "]")).statusCode())
                .isEqualTo(204);
        assertThat(sender.send(sender.request("/events/" + name).header("ce-specversion", "1.0").header("ce-id", "1")
                .header("ce-source", "urn:shop").header("ce-type", "sold").header("Content-Type", "application/json")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString(data)).build()).statusCode()).isEqualTo(204);

        assertThat(documents()).hasSize(3).allSatisfy((id, document) -> {
            assertThat(id).startsWith("ce-").hasSize(46);
            assertThat(document.source().path("msgBody").path("returnCode").asInt()).isEqualTo(101103);
        });
    }

    @Test
    void functionPlatformsInvokeWithBatches() {
        start("PENSTOCK_PUSH_FUNCTION_PATH", "/my/function");
        var reference = new String(TRADES.trade(0).value(), StandardCharsets.UTF_8);
        var body = reference.replace("\\", "\\\\").replace("\"", "\\\"");

        var ckafka = sender.send(sender.post("/event-invoke", "application/json", """
                {"Records":[{"Ckafka":{"topic":"%1$s","partition":1,"offset":36,"msgKey":"None","msgBody":"%2$s"}},
                            {"Ckafka":{"topic":"%1$s","Partition":2,"offset":37,"msgKey":"k","msgBody":"%2$s"}}]}"""
                .formatted(name, body)));
        var lambda = sender.send(sender.post("/my/function", "application/json", """
                {"eventSource":"SelfManagedKafka","bootstrapServers":"b:9092","records":{"%1$s-4":[{"topic":"%1$s",
                 "partition":4,"offset":15,"timestamp":1545084650987,"timestampType":"CREATE_TIME","value":"%2$s",
                 "headers":[{"kind":[116,114]}]}]}}""".formatted(name, Base64.getEncoder().encodeToString(TRADES.trade(0).value()))));

        assertThat(ckafka.statusCode()).isEqualTo(200);
        assertThat(lambda.statusCode()).isEqualTo(200);
        assertThat(lambda.body()).isEqualTo("{\"batchItemFailures\":[]}");
        assertThat(documents()).containsOnlyKeys(name + "-1-36", name + "-2-37", name + "-4-15");
    }

    @Test
    void aMalformedRequestIsAProblemOfItsSender() {
        start("PENSTOCK_PUSH_ROUTE_TIMEOUT", "200ms");

        assertThat(List.of(
                sender.send(sender.post("/", "application/json", "{}")),
                sender.send(sender.post("/events", "application/cloudevents+json", "{\"specversion\":\"1.0\",")),
                sender.send(sender.post("/events", "application/cloudevents+json", "{\"specversion\":\"1.0\",\"id\":\"1\"}")),
                sender.send(sender.post("/events", "application/cloudevents-batch+json", "{}")),
                sender.send(sender.post("/events", "application/cloudevents+avro", "x")),
                sender.send(sender.post("/event-invoke", "application/json", "{\"Records\":[{}]}")),
                sender.send(sender.post("/event-invoke", "application/json", "nonsense"))))
                .allSatisfy(answer -> {
                    assertThat(answer.statusCode()).isEqualTo(400);
                    assertThat(answer.headers().firstValue("Content-Type")).hasValueSatisfying(type ->
                            assertThat(type).startsWith("application/problem+json"));
                    assertThat(answer.body()).contains("\"status\":400", "\"detail\":");
                });
        // Not malformed, and maybe right later: 404 is what a KafkaSource sends again
        var unread = sender.send(sender.kafkaSource(new ConsumerRecord<>("nobody-reads-this", 0, 1, null, new byte[] {'1'})));
        assertThat(unread.statusCode()).isEqualTo(404);
        assertThat(unread.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(penstock.metric("penstock_records_in_flight")).isZero();
    }

    @Test
    void atTheBoundRequestsAreTurnedAwayAtOnceAndWhatIsInFlightIsStoredOnce() {
        start("PENSTOCK_IN_FLIGHT_RECORDS", "10", "PENSTOCK_PUSH_REQUEST_TIMEOUT", "2s");
        makeIndex();
        stack.elasticsearch().freeze();
        try {
            var answers = sendAtOnce(1, 11);
            assertThat(statuses(answers)).contains(503);

            var late = answers.stream().map(Future::resultNow).filter(answer -> answer.statusCode() == 503).findAny().orElseThrow();
            assertThat(late.headers().firstValue("Retry-After")).hasValue("1");
            // Not after the request's limit, which would be 503
            var full = send(100);
            assertThat(full.statusCode()).isEqualTo(429);
            assertThat(full.headers().firstValue("Retry-After")).hasValue("1");
        } finally {
            stack.elasticsearch().thaw();
        }
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(statuses(sendAtOnce(1, 11))).containsOnly(204));
        assertThat(documents()).hasSize(11);
    }

    @Test
    void whileElasticsearchIsDownRequestsAreAnswered503AndARetryStoresOnce() {
        start("PENSTOCK_PUSH_REQUEST_TIMEOUT", "1s");
        makeIndex();
        stack.elasticsearch().stop();
        try {
            assertThat(statuses(sendAtOnce(1, 51))).containsOnly(503);
            // The same again: they wait for the records that are in flight already
            assertThat(statuses(sendAtOnce(1, 51))).containsOnly(503);
            assertThat(penstock.metric("penstock_records_in_flight")).isEqualTo(50);
        } finally {
            stack.elasticsearch().start();
        }
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(statuses(sendAtOnce(1, 51))).containsOnly(204));
        assertThat(documents()).hasSize(51);
    }

    /** @param allowed what any sender may meet on a busy machine, and sends again for */
    private record Refusal(int number, Instant at, String answer, boolean allowed) {
    }

    private Optional<Refusal> refusal(int number) {
        var at = Instant.now();
        try {
            var answer = send(number);
            return answer.statusCode() == 204 ? Optional.empty()
                    : Optional.of(new Refusal(number, at, answer.statusCode() + " " + answer.body(), answer.statusCode() == 408
                            || answer.statusCode() == 503 && answer.body().contains("Not stored yet")));
        } catch (UncheckedIOException e) {
            // A connection that is refused is none that was lost: the process is gone
            return Optional.of(new Refusal(number, at, String.valueOf(e.getCause()), !(e.getCause() instanceof ConnectException)));
        }
    }

    @Test
    void whatWasAnsweredBeforeAKillIsStored() {
        int records = 3_000;
        var stored = ConcurrentHashMap.<Integer>newKeySet();
        var refusals = new ConcurrentLinkedQueue<Refusal>();
        for (int killAt : List.of(800, 1_800, records)) {
            start();
            var over = new AtomicBoolean();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var rest = new ConcurrentLinkedQueue<>(IntStream.range(0, records).filter(i -> !stored.contains(i)).boxed().toList());
                IntStream.range(0, 100).forEach(s -> threads.submit(() -> {
                    for (var number = rest.poll(); number != null && !over.get(); number = rest.poll()) {
                        var refusal = refusal(number);
                        if (refusal.isEmpty()) {
                            stored.add(number);
                        } else if (!over.get()) {
                            refusals.add(refusal.get());
                            rest.add(number);
                        }
                    }
                }));
                try {
                    await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(10))
                            .until(() -> stored.size() >= killAt || refusals.stream().anyMatch(refusal -> !refusal.allowed()));
                } catch (ConditionTimeoutException e) {
                    throw new AssertionError(stored.size() + " were stored in two minutes, refused were " + refusals, e);
                } finally {
                    over.set(true);
                    penstock.kill();
                }
            }
            assertThat(refusals).allMatch(Refusal::allowed);
            assertThat(documents().keySet()).containsAll(stored.stream().map(number -> name + "-3-" + number).toList());
        }
        assertThat(documents()).hasSize(records);
    }

    @Test
    void aRequestThatComesBeforeTheRouteIsUpWaitsForIt() {
        penstock = PenstockProcess.against(stack).topic(name).index(name).environment("PENSTOCK_SOURCE", "push").start();
        sender = new Sender(penstock.url());
        var address = URI.create(penstock.url());
        await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(10)).ignoreExceptions().until(() -> {
            new Socket(address.getHost(), address.getPort()).close();
            return true;
        });
        assertThat(send(0).statusCode()).isEqualTo(204);
        assertThat(documents()).hasSize(1);
    }

    @Test
    void aFileThatIsBadAtTheStartKeepsNoEventFromTheRoutesOfTheOthers(@TempDir Path routes) throws IOException {
        Files.copy(SHIPPED_ROUTE, routes.resolve("trade.camel.yaml"));
        Files.writeString(routes.resolve("bad.camel.yaml"), "- route: [");

        start("PENSTOCK_ROUTES", routes.toString());

        assertThat(send(0).statusCode()).isEqualTo(204);
        assertThat(penstock.get("/q/health/ready").body()).contains("bad.camel.yaml:1");

        Files.delete(routes.resolve("trade.camel.yaml"));
        await().atMost(Duration.ofSeconds(30)).until(() -> !penstock.isReady());
    }

    @Test
    void requestsThatWaitHoldNoThread() throws IOException {
        start();
        makeIndex();
        stack.elasticsearch().freeze();
        List<Future<HttpResponse<String>>> answers;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            answers = IntStream.range(1, 1_001).mapToObj(number -> threads.submit(() -> send(number))).toList();
            await().atMost(Duration.ofSeconds(25)).until(() -> penstock.metric("penstock_records_in_flight") == 1_000);
            try (var tasks = Files.list(Path.of("/proc", String.valueOf(penstock.pid()), "task"))) {
                assertThat(tasks.count()).isLessThan(THREADS);
            }
            stack.elasticsearch().thaw();
        } finally {
            stack.elasticsearch().thaw();
        }
        assertThat(statuses(answers)).containsOnly(204);
    }

    @Test
    void sigtermAnswersWhatIsInFlightAndEndsWithZero() throws Exception {
        start();
        makeIndex();
        stack.elasticsearch().freeze();
        List<Future<HttpResponse<String>>> answers;
        int exit;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            answers = IntStream.range(1, 101).mapToObj(number -> threads.submit(() -> send(number))).toList();
            await().until(() -> penstock.metric("penstock_records_in_flight") == 100);
            var ended = threads.submit(() -> penstock.terminate(Duration.ofSeconds(20)));
            await().until(() -> penstock.output().contains("Stopping"));
            assertThat(send(200).statusCode()).isEqualTo(503);
            stack.elasticsearch().thaw();
            exit = ended.get();
        } finally {
            if (stack.elasticsearch().isAlive()) {
                stack.elasticsearch().thaw();
            }
        }
        assertThat(exit).isZero();
        assertThat(statuses(answers)).containsOnly(204);
        assertThat(documents()).hasSize(101);
    }

    @Test
    void inPullModeNothingIsTakenInByHttp() {
        penstock = PenstockProcess.against(stack).topic(name).index(name).group(name).start().awaitReady();
        sender = new Sender(penstock.url());
        assertThat(send(0).statusCode()).isEqualTo(404);
    }

    @Test
    void slowAndLargeSendersAreCutOffAndOthersDoNotNotice() throws Exception {
        start("PENSTOCK_PUSH_READ_TIMEOUT", "1s", "QUARKUS_HTTP_LIMITS_MAX_BODY_SIZE", "100k");
        var address = URI.create(penstock.url());
        var slow = new ArrayList<Socket>();
        for (int i = 0; i < 300; i++) {
            var socket = new Socket(address.getHost(), address.getPort());
            socket.getOutputStream().write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nx".getBytes(StandardCharsets.UTF_8));
            slow.add(socket);
        }
        assertThat(send(0).statusCode()).isEqualTo(204);
        for (var socket : slow) {
            socket.setSoTimeout(10_000);
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).startsWith("HTTP/1.1 408");
            socket.close();
        }
        var large = sender.request("/").POST(java.net.http.HttpRequest.BodyPublishers.ofByteArrays(
                IntStream.range(0, 200).mapToObj(i -> new byte[1000]).toList())).build();
        assertThat(sender.send(large).statusCode()).isEqualTo(413);
        assertThat(answerAfterAll(address, "Content-Length: 5000000\r\n\r\n" + "x".repeat(5_000_000))).startsWith("HTTP/1.1 413");
        assertThat(answerAfterAll(address, "Transfer-Encoding: chunked\r\n\r\n" + ("c350\r\n" + "x".repeat(50_000) + "\r\n").repeat(100)
                + "0\r\n\r\n")).startsWith("HTTP/1.1 413");
    }

    /** Of a sender that listens only when it has said everything. */
    private static String answerAfterAll(URI address, String request) throws IOException {
        try (var socket = new Socket(address.getHost(), address.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(("POST / HTTP/1.1\r\nHost: x\r\n" + request).getBytes(StandardCharsets.UTF_8));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)).readLine();
        }
    }

    @Test
    void http2CleartextIsSpoken() {
        start();
        try (var http2 = new Sender(penstock.url(), HttpClient.Version.HTTP_2)) {
            var first = http2.send(http2.kafkaSource(record(0)));
            var second = http2.send(http2.kafkaSource(record(1)));
            assertThat(List.of(first.statusCode(), second.statusCode())).containsOnly(204);
            assertThat(second.version()).isEqualTo(HttpClient.Version.HTTP_2);
        }
    }

    /** A KafkaSource sends the key twice, and each of the record's headers as one of the request's. */
    @Test
    void aRecordWithALongKeyAndLargeHeadersIsTaken() {
        start();
        var key = "k".repeat(300_000).getBytes(StandardCharsets.UTF_8);
        var large = new ConsumerRecord<>(name, 3, 0, key, TRADES.trade(0).value());
        IntStream.range(0, 10).forEach(i -> large.headers().add("header" + i, "h".repeat(30_000).getBytes(StandardCharsets.UTF_8)));
        assertThat(sender.send(sender.kafkaSource(large)).statusCode()).isEqualTo(204);

        try (var http2 = new Sender(penstock.url(), HttpClient.Version.HTTP_2)) {
            assertThat(http2.send(http2.kafkaSource(record(1))).statusCode()).isEqualTo(204);
            var answer = http2.send(http2.kafkaSource(large));
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.statusCode()).isEqualTo(204);
        }
    }

    @Test
    void aSlowStreamIsCutOffAndTheOthersOfItsConnectionAreAnswered() throws Exception {
        start("PENSTOCK_PUSH_READ_TIMEOUT", "1s");
        makeIndex();
        var address = URI.create(penstock.url());
        var vertx = Vertx.vertx();
        // Prior knowledge, without an upgrade, as a mesh's proxy does
        var http = vertx.createHttpClient(new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false).setHttp2MaxPoolSize(1));
        var event = """
                {"Records":[{"Ckafka":{"topic":"%s","partition":3,"offset":1,"msgBody":"{\\"returnCode\\":1}"}}]}""".formatted(name);
        stack.elasticsearch().freeze();
        try {
            var waiting = http.request(HttpMethod.POST, address.getPort(), address.getHost(), "/event-invoke")
                    .compose(request -> request.send(event)).toCompletionStage().toCompletableFuture();
            await().until(() -> penstock.metric("penstock_records_in_flight") > 0 || waiting.isDone());
            var slow = http.request(HttpMethod.POST, address.getPort(), address.getHost(), "/").compose(request -> {
                request.setChunked(true).write("x");
                return request.response();
            }).toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
            assertThat(slow.statusCode()).isEqualTo(408);
            stack.elasticsearch().thaw();
            var answer = waiting.get(30, TimeUnit.SECONDS);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.version()).isEqualTo(HttpVersion.HTTP_2);
        } finally {
            stack.elasticsearch().thaw();
            vertx.close();
        }
    }

    @Test
    void concurrentRequestsShareBulksAndALoneOneIsNotHeldUp(@TempDir Path routes) throws IOException {
        // Neither the linger nor the route's own timeout would end while the test runs.
        Files.writeString(routes.resolve("trade.camel.yaml"), Files.readString(SHIPPED_ROUTE)
                .replace("completionTimeout: 200", "completionTimeout: 3600000"));
        start("PENSTOCK_PUSH_LINGER", "1h", "PENSTOCK_ROUTES", routes.toString());
        for (int number = 0; number < 5; number++) {
            assertThat(send(number).statusCode()).isEqualTo(204);
        }
        assertThat(penstock.metric("penstock_bulk_documents_count")).isEqualTo(5);

        assertThat(statuses(sendAtOnce(5, 1_005))).containsOnly(204);
        assertThat(penstock.metric("penstock_bulk_documents_count")).isLessThan(5 + 60);
        assertThat(documents()).hasSize(1_005);
    }
}

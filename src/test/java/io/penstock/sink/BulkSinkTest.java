package io.penstock.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.delivery.LogLines;

import org.elasticsearch.client.RestClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sink against faults that only a stand-in can be made to show; each delivery must be settled once whatever happens. */
class BulkSinkTest {

    private static final BulkTarget PRE1 = new BulkTarget("pre1");

    private final StandInElasticsearch elasticsearch = new StandInElasticsearch();
    private final Arrivals arrivals = new Arrivals();
    private final KeptDeadLetters deadLetters = new KeptDeadLetters();
    private final ElasticsearchState state = new ElasticsearchState();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<AutoCloseable> opened = new ArrayList<>(List.of(elasticsearch));

    private BulkSink sink(ElasticsearchConfig config, long maxBytes, int maxConcurrent) {
        RestClient client = RestClients.build(config, maxConcurrent);
        var sink = new BulkSink(client, config.socketTimeout(), new BulkSettings(maxBytes, Duration.ofSeconds(1), maxConcurrent,
                new Backoff(Duration.ofMillis(10), Duration.ofMillis(50))), deadLetters, state, registry);
        opened.addFirst(client);
        opened.addFirst(sink);
        return sink;
    }

    private BulkSink sink() {
        return sink(TestElasticsearchConfig.at(elasticsearch.url()), 1 << 20, 4);
    }

    @AfterEach
    void close() throws Exception {
        for (var closeable : opened) {
            closeable.close();
        }
    }

    private static void hold(CountDownLatch answer) throws IOException {
        try {
            answer.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private List<BulkDocument> store(BulkSink sink, int count) {
        var documents = arrivals.documents(count);
        sink.storeBatch(documents, PRE1);
        Arrivals.letGo(documents);
        return documents;
    }

    private void allSettledOnce(BulkSink sink, List<BulkDocument> documents) {
        await().untilAsserted(() -> assertThat(documents).allSatisfy(d -> {
            assertThat(arrivals.timesSettled(d.delivery())).as(d.id()).isEqualTo(1);
        }));
        assertThat(sink.waiting()).isZero();
        await().untilAsserted(() -> assertThat(sink.inFlight()).isZero());
    }

    private double count(String name) {
        return registry.get(name).tags("route", "trade-errors", "index", "pre1").functionCounter().count();
    }

    @Test
    void documentsAreStoredWithOneRequest() {
        var sink = sink();
        var documents = store(sink, 10);

        allSettledOnce(sink, documents);
        assertThat(elasticsearch.bulks).hasSize(1);
        var bulk = elasticsearch.bulks.getFirst();
        assertThat(bulk.contentType()).isEqualTo("application/x-ndjson");
        assertThat(bulk.query()).isEqualTo("filter_path=" + BulkAnswer.FILTER_PATH + "&timeout=6666ms");
        assertThat(bulk.ids()).startsWith("trade-0-0", "trade-0-1").hasSize(10);
        assertThat(bulk.indices()).containsOnly("pre1");
        assertThat(bulk.sources()).startsWith("{\"n\":0}");
        assertThat(documents).allSatisfy(d -> assertThat(d.delivery().outcome().name()).isEqualTo("STORED"));
        assertThat(count("penstock.documents.indexed")).isEqualTo(10);
        assertThat(registry.get("penstock.bulk.documents").summary().totalAmount()).isEqualTo(10);
        assertThat(registry.get("penstock.bulk.bytes").summary().totalAmount()).isEqualTo(bulk.bytes());
        assertThat(registry.get("penstock.bulk.latency").timer().count()).isEqualTo(1);
    }

    @Test
    void indexNamesFromRecordsMakeNoMetersWithoutBound() {
        var sink = sink();
        var documents = new ArrayList<BulkDocument>();
        for (int i = 0; i < 3000; i++) {
            var delivery = arrivals.delivery(i);
            documents.add(new BulkDocument(delivery, "i" + i, delivery.documentId(), BulkAction.INDEX, "{}".getBytes()));
        }
        sink.storeBatch(documents, PRE1);
        Arrivals.letGo(documents);

        allSettledOnce(sink, documents);
        var indexed = registry.get("penstock.documents.indexed").functionCounters();
        assertThat(indexed).hasSizeLessThanOrEqualTo(1001);
        assertThat(indexed.stream().mapToDouble(c -> c.count()).sum()).isEqualTo(3000);
        assertThat(registry.get("penstock.documents.indexed").tags("index", "others").functionCounter().count()).isEqualTo(2000);
    }

    @Test
    void deliveriesAreHeldUntilTheAnswer() {
        var answer = new CountDownLatch(1);
        elasticsearch.then((bulk, exchange) -> {
            hold(answer);
            elasticsearch.items(id -> 201).to(bulk, exchange);
        });
        var sink = sink();
        var documents = store(sink, 3);

        await().until(() -> elasticsearch.bulks.size() == 1);
        assertThat(arrivals.settled()).isZero();
        assertThat(sink.waiting()).isEqualTo(3);
        answer.countDown();
        allSettledOnce(sink, documents);
    }

    @Test
    void ofAPartialFailureOnlyTheItemsConcernedAreRetriedOrDeadLettered() throws Exception {
        elasticsearch.then(elasticsearch.items(id -> switch (id) {
            case "trade-0-1" -> 400;
            case "trade-0-3", "trade-0-4" -> 429;
            case "trade-0-5" -> 503;
            case "trade-0-6" -> 409;
            default -> 201;
        }));
        var sink = sink();
        var documents = arrivals.documents(8);
        var result = sink.storeBatch(documents, PRE1);
        Arrivals.letGo(documents);

        allSettledOnce(sink, documents);
        assertThat(result.toCompletableFuture().get()).isEqualTo(new BulkResult(8, 6, 1, 1, null));
        assertThat(elasticsearch.bulks).hasSize(2);
        assertThat(elasticsearch.bulks.getLast().ids()).containsExactly("trade-0-3", "trade-0-4", "trade-0-5");
        assertThat(elasticsearch.stored.values()).containsOnly(1);
        assertThat(deadLetters.kept).hasSize(1).containsEntry(documents.get(1).delivery(),
                new DeadLetterReason("bulk", "reason of trade-0-1", "document_parsing_exception", 1));
        assertThat(count("penstock.documents.duplicates")).isEqualTo(1);
        assertThat(count("penstock.documents.retried")).isEqualTo(3);
        assertThat(state.problem()).isEmpty();
    }

    @Test
    void wholeRequestRefusedIsSentAgainAndReadinessKnows() {
        elasticsearch.usually(StandInElasticsearch.status(503));
        var sink = sink();
        var documents = store(sink, 5);

        await().untilAsserted(() -> assertThat(state.problem()).hasValueSatisfying(p -> assertThat(p).contains("503")));
        await().until(() -> elasticsearch.bulks.size() > 3);
        elasticsearch.usually(elasticsearch.items(id -> 201));
        allSettledOnce(sink, documents);
        assertThat(elasticsearch.stored).hasSize(5);
        assertThat(state.problem()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "{\"error\":\"no handler found for uri [/a/b/_bulk] and method [POST]\"}",
            "Client sent an HTTP request to an HTTPS server.\n", "" })
    void aBadRequestThatIsNotAboutDocumentsMakesNoDeadLetters(String answer) {
        elasticsearch.usually(StandInElasticsearch.answer(400, answer));
        var sink = sink();
        var documents = store(sink, 5);

        await().until(() -> elasticsearch.bulks.size() > 3);
        assertThat(elasticsearch.bulks).allSatisfy(bulk -> assertThat(bulk.ids()).hasSize(5));
        assertThat(state.problem()).hasValueSatisfying(p -> assertThat(p).contains("400", "elasticsearch.hosts", "https"));
        elasticsearch.usually(elasticsearch.items(id -> 201));
        allSettledOnce(sink, documents);
        assertThat(deadLetters.kept).isEmpty();
        assertThat(state.problem()).isEmpty();
    }

    @Test
    void missingCredentialsAreAProblemThatNamesTheSetting() {
        elasticsearch.usually(StandInElasticsearch.status(401));
        var sink = sink();
        var documents = store(sink, 1);

        await().untilAsserted(() -> assertThat(state.problem())
                .hasValueSatisfying(p -> assertThat(p).contains("401", "elasticsearch.password")));
        elasticsearch.usually(elasticsearch.items(id -> 201));
        allSettledOnce(sink, documents);
    }

    @Test
    void blockedIndexIsAProblemUntilItTakesDocumentsAgain() {
        elasticsearch.usually(elasticsearch.items(id -> id.equals("trade-0-0") ? 403 : 201));
        var sink = sink();
        var blocked = arrivals.documents(1);
        var one = blocked.getFirst();
        var elsewhere = List.of(new BulkDocument(one.delivery(), "blocked", one.id(), one.action(), one.source()));
        sink.storeBatch(elsewhere, PRE1);
        Arrivals.letGo(elsewhere);

        await().untilAsserted(() -> assertThat(state.problem())
                .hasValueSatisfying(p -> assertThat(p).contains("index blocked", "index.blocks")));
        // Other indices are served meanwhile, and don't hide the problem.
        var others = List.of(arrivals.document(7, BulkAction.INDEX));
        sink.storeBatch(others, PRE1);
        Arrivals.letGo(others);
        await().until(() -> arrivals.timesSettled(others.getFirst().delivery()) == 1);
        assertThat(state.problem()).isPresent();
        elasticsearch.usually(elasticsearch.items(id -> 201));
        allSettledOnce(sink, elsewhere);
        assertThat(state.problem()).isEmpty();
    }

    @Test
    void blockedClusterIsAProblemAndNoOverload() {
        elasticsearch.usually(StandInElasticsearch.answer(429, "{\"error\":{\"type\":\"cluster_block_exception\"},\"status\":429}"));
        var sink = sink();
        var documents = store(sink, 1);

        await().untilAsserted(() -> assertThat(state.problem()).hasValueSatisfying(p -> assertThat(p).contains("429", "disks")));
        elasticsearch.usually(elasticsearch.items(id -> 201));
        allSettledOnce(sink, documents);
        assertThat(state.problem()).isEmpty();
    }

    @Test
    void unreachableServerIsWaitedFor() {
        int port = elasticsearch.port();
        elasticsearch.close();
        var sink = sink();
        var documents = store(sink, 5);

        await().untilAsserted(() -> assertThat(state.problem())
                .hasValueSatisfying(p -> assertThat(p).contains("elasticsearch.hosts")));
        try (var back = new StandInElasticsearch(port)) {
            allSettledOnce(sink, documents);
            assertThat(back.stored).hasSize(5);
        }
        assertThat(state.problem()).isEmpty();
    }

    @Test
    void tooLargeARequestIsHalvedUntilItFits() {
        elasticsearch.usually((bulk, exchange) -> (bulk.ids().size() > 3 ? StandInElasticsearch.status(413)
                : elasticsearch.items(id -> 201)).to(bulk, exchange));
        var sink = sink();
        var documents = store(sink, 20);

        allSettledOnce(sink, documents);
        assertThat(elasticsearch.stored).hasSize(20);
        assertThat(elasticsearch.stored.values()).containsOnly(1);
        assertThat(deadLetters.kept).isEmpty();
    }

    @Test
    void singleDocumentTooLargeOrMalformedIsADeadLetterAndTheOthersAreStored() {
        for (int status : new int[] { 413, 400 }) {
            elasticsearch.stored.clear();
            deadLetters.kept.clear();
            elasticsearch.usually((bulk, exchange) -> (bulk.ids().contains("trade-0-6") ? StandInElasticsearch.status(status)
                    : elasticsearch.items(id -> 201)).to(bulk, exchange));
            var sink = sink();
            var documents = store(sink, 20);

            allSettledOnce(sink, documents);
            assertThat(elasticsearch.stored).hasSize(19);
            assertThat(deadLetters.kept).containsOnlyKeys(documents.get(6).delivery());
            assertThat(deadLetters.kept.get(documents.get(6).delivery()).exception()).isEqualTo("a_type");
        }
    }

    @Test
    void answerThatIsLostOrCannotBeReadIsNotTrusted() {
        elasticsearch.then(elasticsearch.storedButAnswerCut())
                .then(StandInElasticsearch.body("{\"took\":1,\"errors\":false,\"items\":["))
                .then(StandInElasticsearch.body("{\"took\":1,\"errors\":false,\"items\":[{\"index\":{\"status\":201}}]}"))
                .then(StandInElasticsearch.body(""));
        var sink = sink();
        var documents = store(sink, 5);

        allSettledOnce(sink, documents);
        assertThat(elasticsearch.bulks).hasSizeGreaterThanOrEqualTo(5);
        assertThat(elasticsearch.stored).hasSize(5);
        assertThat(deadLetters.kept).isEmpty();
    }

    @Test
    void serverThatNeverAnswersIsAskedAgain() {
        elasticsearch.then(StandInElasticsearch.never());
        var sink = sink(TestElasticsearchConfig.at(elasticsearch.url()).timeout(Duration.ofMillis(300)), 1 << 20, 4);
        var documents = store(sink, 5);

        allSettledOnce(sink, documents);
        assertThat(elasticsearch.bulks).hasSize(2);
    }

    @Test
    void noMoreBulksAreInFlightThanAllowedAndRetriesBlockNobody() {
        var now = new AtomicInteger();
        var most = new AtomicInteger();
        var answer = new CountDownLatch(1);
        elasticsearch.usually((bulk, exchange) -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            hold(answer);
            boolean stuck = bulk.ids().contains("trade-0-0");
            // Who has the answer may send the next one at once
            now.decrementAndGet();
            (stuck ? StandInElasticsearch.status(503) : elasticsearch.items(id -> 201)).to(bulk, exchange);
        });
        var sink = sink(TestElasticsearchConfig.at(elasticsearch.url()), 1 << 20, 1);
        var stuck = store(sink, 1);
        var others = new ArrayList<BulkDocument>();
        for (int i = 1; i <= 30; i++) {
            var document = arrivals.document(i, BulkAction.INDEX);
            others.add(document);
            sink.storeBatch(List.of(document), PRE1);
            document.delivery().release();
        }

        // While the first is held, others would come
        await().during(Duration.ofMillis(300)).until(() -> elasticsearch.bulks.size() == 1 && most.get() == 1);
        answer.countDown();
        await().untilAsserted(() -> assertThat(others)
                .allSatisfy(d -> assertThat(arrivals.timesSettled(d.delivery())).isEqualTo(1)));
        assertThat(arrivals.timesSettled(stuck.getFirst().delivery())).isZero();
        assertThat(most).hasValue(1);
    }

    @Test
    void documentsThatComeOneByOneShareBulks() {
        var gate = new CountDownLatch(1);
        elasticsearch.then((bulk, exchange) -> {
            hold(gate);
            elasticsearch.items(id -> 201).to(bulk, exchange);
        });
        var sink = sink(TestElasticsearchConfig.at(elasticsearch.url()), 1 << 20, 1);
        var documents = arrivals.documents(100);
        documents.forEach(d -> sink.store(List.of(d), PRE1));
        Arrivals.letGo(documents);
        gate.countDown();

        allSettledOnce(sink, documents);
        assertThat(elasticsearch.bulks).hasSize(2);
    }

    @Test
    void batchOverTheLimitIsSentInParts() {
        var sink = sink(TestElasticsearchConfig.at(elasticsearch.url()), 300, 4);
        var documents = store(sink, 50);

        allSettledOnce(sink, documents);
        assertThat(elasticsearch.bulks).hasSizeGreaterThan(5).allSatisfy(b -> assertThat(b.bytes()).isLessThanOrEqualTo(300));
    }

    @Test
    void anIndexThatARecordNamesWritesNoLineIntoTheLog() {
        elasticsearch.then(elasticsearch.items(id -> 429)).then(elasticsearch.items(id -> 403));
        var delivery = arrivals.delivery(0);
        var documents = List.of(new BulkDocument(delivery, "x\nERROR y", delivery.documentId(), BulkAction.INDEX, "{}".getBytes()));
        var sink = sink();
        try (var log = new LogLines(ElasticsearchState.class)) {
            sink.storeBatch(documents, PRE1);
            Arrivals.letGo(documents);
            allSettledOnce(sink, documents);

            assertThat(log.lines()).hasSize(3).allSatisfy(line -> assertThat(line).contains("x ERROR y").doesNotContain("\n"));
        }
    }

    @Test
    void compressedRequestsArriveWhole() {
        var sink = sink(TestElasticsearchConfig.at(elasticsearch.url()).compressed(), 1 << 20, 4);
        var documents = store(sink, 100);

        allSettledOnce(sink, documents);
        assertThat(elasticsearch.bulks).singleElement().satisfies(bulk -> {
            assertThat(bulk.encoding()).isEqualTo("gzip");
            assertThat(bulk.ids()).hasSize(100);
        });
    }

    @Test
    void deadLetterThatFailsToBeTakenIsTriedAgain() {
        var refusals = new AtomicInteger();
        elasticsearch.usually(elasticsearch.items(id -> 400));
        var client = RestClients.build(TestElasticsearchConfig.at(elasticsearch.url()), 1);
        opened.addFirst(client);
        DeadLetters failingFirst = (delivery, reason) -> {
            if (refusals.getAndIncrement() == 0) {
                throw new IllegalStateException("a bug, on purpose");
            }
            deadLetters.send(delivery, reason);
        };
        try (var sink = new BulkSink(client, Duration.ofSeconds(10), new BulkSettings(1000, Duration.ofSeconds(1), 1,
                new Backoff(Duration.ofMillis(1), Duration.ofMillis(1))), failingFirst, state, registry)) {
            var documents = store(sink, 2);
            allSettledOnce(sink, documents);
            assertThat(deadLetters.kept).hasSize(2);
        }
    }

    @Test
    void documentWithoutADeliveryReportsItsFailure() throws Exception {
        elasticsearch.then(elasticsearch.items(id -> 400));
        var document = new BulkDocument(null, "pre1", "x", BulkAction.INDEX, "{}".getBytes());

        var result = sink().storeBatch(List.of(document), PRE1).toCompletableFuture().get();

        assertThat(result.deadLettered()).isEqualTo(1);
        assertThat(result.firstFailure()).isEqualTo("document_parsing_exception: reason of x");
    }

    @Test
    void documentsWithoutAnIndexAreRefusedAndNotHeld() {
        var documents = arrivals.documents(2);
        assertThatThrownBy(() -> sink().storeBatch(documents, new BulkTarget(null)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("indexName");
        Arrivals.letGo(documents);
        assertThat(arrivals.settled()).isEqualTo(2);
    }

    @Test
    void underEveryKindOfTroubleEachDeliveryIsSettledOnce() {
        elasticsearch.usually((bulk, exchange) -> {
            var random = ThreadLocalRandom.current();
            (switch (random.nextInt(8)) {
                case 0 -> StandInElasticsearch.status(503);
                case 1 -> StandInElasticsearch.status(429);
                case 2 -> elasticsearch.storedButAnswerCut();
                case 3 -> bulk.ids().size() > 1 ? StandInElasticsearch.status(413) : elasticsearch.items(id -> 201);
                case 4 -> elasticsearch.items(id -> id.hashCode() % 3 == 0 ? 429 : 201);
                case 5 -> StandInElasticsearch.body("{\"items\":[]}");
                default -> elasticsearch.items(id -> id.hashCode() % 7 == 0 ? 400 : 201);
            }).to(bulk, exchange);
        });
        var sink = sink(TestElasticsearchConfig.at(elasticsearch.url()), 2000, 4);
        var all = new ArrayList<BulkDocument>();
        for (int i = 0; i < 40; i++) {
            var some = new ArrayList<BulkDocument>();
            for (int n = 0; n < 50; n++) {
                some.add(arrivals.document(i * 50 + n, BulkAction.INDEX));
            }
            all.addAll(some);
            sink.storeBatch(some, PRE1);
            Arrivals.letGo(some);
        }

        await().atMost(Duration.ofSeconds(60)).until(() -> arrivals.settled() == 2000);
        allSettledOnce(sink, all);
        assertThat(all).allSatisfy(d -> assertThat(elasticsearch.stored.containsKey(d.id())
                || deadLetters.kept.containsKey(d.delivery())).isTrue());
    }
}

package io.penstock.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.stack.ElasticsearchServer;

import org.apache.http.util.EntityUtils;
import org.elasticsearch.client.Request;
import org.elasticsearch.client.RestClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sink against a real Elasticsearch, one of its own because of its small limit on a request's size. */
class BulkSinkIT {

    private static final int LARGEST_REQUEST = 64 * 1024;
    private static ElasticsearchServer elasticsearch;

    private final Arrivals arrivals = new Arrivals();
    private final KeptDeadLetters deadLetters = new KeptDeadLetters();
    private final ElasticsearchState state = new ElasticsearchState();
    private RestClient client;
    private BulkSink sink;

    @BeforeAll
    static void startElasticsearch() {
        elasticsearch = new ElasticsearchServer(Map.of("http.max_content_length", LARGEST_REQUEST + "b"));
        elasticsearch.start();
    }

    @AfterAll
    static void endElasticsearch() {
        elasticsearch.close();
    }

    @BeforeEach
    void open() {
        open(TestElasticsearchConfig.at(elasticsearch.host()));
    }

    private void open(ElasticsearchConfig config) {
        client = RestClients.build(config, 4);
        sink = new BulkSink(client, config.socketTimeout(), new BulkSettings(5 << 20, Duration.ofSeconds(1), 4,
                new Backoff(Duration.ofMillis(20), Duration.ofMillis(200))), deadLetters, state, new SimpleMeterRegistry());
    }

    @AfterEach
    void close() throws Exception {
        sink.close();
        client.close();
    }

    private BulkDocument document(long offset, String index, String id, BulkAction action, String source) {
        return new BulkDocument(arrivals.delivery(offset), index, id, action, source.getBytes(StandardCharsets.UTF_8));
    }

    private void storeAll(List<BulkDocument> documents) {
        sink.storeBatch(documents, new BulkTarget(null));
        Arrivals.letGo(documents);
        settledOnce(documents);
    }

    private void settledOnce(List<BulkDocument> documents) {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(documents)
                .allSatisfy(d -> assertThat(arrivals.timesSettled(d.delivery())).isEqualTo(1)));
    }

    private static Map<String, String> stored(String index) {
        return elasticsearch.documents(index).stream()
                .collect(Collectors.toMap(ElasticsearchServer.Document::id, d -> d.source().toString()));
    }

    @Test
    void mappingConflictIsADeadLetterBesideGoodDocuments() {
        elasticsearch.put("/conflict", "{\"mappings\":{\"properties\":{\"n\":{\"type\":\"long\"}}}}").ok();
        var documents = List.of(document(0, "conflict", "a", BulkAction.INDEX, "{\"n\":1,\"m\":\"错误:缺少**c参数\"}"),
                document(1, "conflict", "b", BulkAction.INDEX, "{\"n\":\"no number\"}"),
                document(2, "conflict", "c\"\\d", BulkAction.INDEX, "{\"n\":3}"));

        storeAll(documents);

        assertThat(stored("conflict")).isEqualTo(Map.of("a", "{\"n\":1,\"m\":\"错误:缺少**c参数\"}", "c\"\\d", "{\"n\":3}"));
        assertThat(deadLetters.kept).containsOnlyKeys(documents.get(1).delivery());
        var reason = deadLetters.kept.get(documents.get(1).delivery());
        assertThat(reason.exception()).isEqualTo("document_parsing_exception");
        assertThat(reason.message()).contains("failed to parse field [n] of type [long]");
        assertThat(state.problem()).isEmpty();
    }

    @Test
    void whereAllIsStoredTheAnswerIsWrittenAsTheComparisonExpectsIt() throws Exception {
        var bulk = new Request("POST", "/_bulk");
        bulk.addParameter("filter_path", BulkAnswer.FILTER_PATH);
        bulk.setJsonEntity("""
                {"index":{"_index":"answers","_id":"a"}}
                {}
                {"index":{"_index":"answers","_id":"a"}}
                {}
                """);
        var answer = client.performRequest(bulk);

        assertThat(EntityUtils.toString(answer.getEntity()))
                .isEqualTo("{\"items\":[{\"index\":{\"status\":201}},{\"index\":{\"status\":200}}]}");
    }

    @Test
    void documentCreatedBeforeIsADuplicateAndStaysAsItWas() throws Exception {
        storeAll(List.of(document(0, "created", "a", BulkAction.CREATE, "{\"n\":1}")));
        var again = List.of(document(1, "created", "a", BulkAction.CREATE, "{\"n\":2}"));
        var result = sink.storeBatch(again, new BulkTarget(null));
        Arrivals.letGo(again);

        assertThat(result.toCompletableFuture().get()).isEqualTo(new BulkResult(1, 0, 1, 0, null));
        assertThat(elasticsearch.documents("created")).singleElement().satisfies(d -> {
            assertThat(d.version()).isEqualTo(1);
            assertThat(d.source()).hasToString("{\"n\":1}");
        });
    }

    @Test
    void answerHoldsNothingButWhatIsRead() throws Exception {
        elasticsearch.put("/filtered", "{\"mappings\":{\"properties\":{\"n\":{\"type\":\"long\"}}}}").ok();
        var answer = elasticsearch.post("/_bulk?filter_path=" + BulkAnswer.FILTER_PATH, """
                {"index":{"_index":"filtered","_id":"a"}}
                {"n":1}
                {"index":{"_index":"filtered","_id":"b"}}
                {"n":"x"}
                """).ok();

        assertThat(answer.get("items").get(0)).hasToString("{\"index\":{\"status\":201}}");
        assertThat(answer.get("items").get(1).get("index").get("error").fieldNames()).toIterable()
                .containsExactlyInAnyOrder("type", "reason");
        var read = BulkAnswer.read(new ByteArrayInputStream(answer.toString().getBytes(StandardCharsets.UTF_8)), 2);
        assertThat(read.items()).extracting(BulkAnswer.Item::status).containsExactly(201, 400);
    }

    @Test
    void tooLargeARequestIsHalvedAndTooLargeADocumentIsADeadLetter() {
        var documents = new ArrayList<BulkDocument>();
        for (int i = 0; i < 100; i++) {
            documents.add(document(i, "large", "d" + i, BulkAction.INDEX, "{\"s\":\"" + "x".repeat(5000) + "\"}"));
        }
        documents.add(document(100, "large", "huge", BulkAction.INDEX, "{\"s\":\"" + "x".repeat(LARGEST_REQUEST) + "\"}"));

        storeAll(documents);

        assertThat(stored("large")).hasSize(100);
        assertThat(deadLetters.kept).containsOnlyKeys(documents.getLast().delivery());
        assertThat(deadLetters.kept.get(documents.getLast().delivery()).message()).contains("too large");
    }

    @Test
    void idThatFailsTheWholeRequestIsADeadLetterAndTheOthersAreStored() {
        var documents = IntStream.range(0, 20).mapToObj(i -> document(i, "ids", i == 7 ? "x".repeat(600) : "d" + i,
                BulkAction.INDEX, "{}")).toList();

        storeAll(documents);

        assertThat(stored("ids")).hasSize(19);
        assertThat(deadLetters.kept).containsOnlyKeys(documents.get(7).delivery());
        assertThat(deadLetters.kept.get(documents.get(7).delivery()).message()).contains("512");
    }

    @Test
    void pathThatIsNotElasticsearchsRootMakesNoDeadLetters() throws Exception {
        close();
        open(TestElasticsearchConfig.at(elasticsearch.url() + "/not/root"));
        var documents = List.of(document(0, "elsewhere", "a", BulkAction.INDEX, "{}"));
        sink.storeBatch(documents, new BulkTarget(null));
        Arrivals.letGo(documents);

        await().untilAsserted(() -> assertThat(state.problem())
                .hasValueSatisfying(p -> assertThat(p).contains("400", "elasticsearch.hosts")));
        assertThat(arrivals.settled()).isZero();
        assertThat(deadLetters.kept).isEmpty();
    }

    /** The second block is the one that a full disk makes. */
    @ParameterizedTest
    @CsvSource({ "blocked,index.blocks.write", "flooded,index.blocks.read_only_allow_delete" })
    void blockedIndexIsWaitedFor(String index, String block) {
        elasticsearch.put("/" + index, "{\"settings\":{\"" + block + "\":true}}").ok();
        var documents = List.of(document(0, index, "a", BulkAction.INDEX, "{}"));
        sink.storeBatch(documents, new BulkTarget(null));
        Arrivals.letGo(documents);
        await().untilAsserted(() -> assertThat(state.problem())
                .hasValueSatisfying(p -> assertThat(p).contains("index " + index, "cluster_block_exception", "index.blocks")));

        elasticsearch.put("/" + index + "/_settings", "{\"" + block + "\":null}").ok();

        settledOnce(documents);
        assertThat(state.problem()).isEmpty();
        assertThat(stored(index)).hasSize(1);
    }

    @Test
    void documentsForAnIndexWithoutItsShardsHoldUpNoOthers() throws Exception {
        close();
        open(TestElasticsearchConfig.at(elasticsearch.host()).timeout(Duration.ofSeconds(3)));
        elasticsearch.put("/unassigned?wait_for_active_shards=0",
                "{\"settings\":{\"index.routing.allocation.require._name\":\"nobody\"}}").ok();
        var good = document(0, "assigned", "a", BulkAction.INDEX, "{}");
        var waiting = document(1, "unassigned", "a", BulkAction.INDEX, "{}");
        sink.storeBatch(List.of(good, waiting), new BulkTarget(null));
        Arrivals.letGo(List.of(good, waiting));

        await().atMost(Duration.ofSeconds(15)).untilAsserted(() -> assertThat(arrivals.timesSettled(good.delivery())).isEqualTo(1));
        assertThat(arrivals.timesSettled(waiting.delivery())).isZero();

        elasticsearch.put("/unassigned/_settings", "{\"index.routing.allocation.require._name\":null}").ok();
        settledOnce(List.of(waiting));
        assertThat(stored("unassigned")).hasSize(1);
        assertThat(deadLetters.kept).isEmpty();
    }

    @Test
    void killedServerIsWaitedForAndCompressedRequestsAreUnderstood() throws Exception {
        close();
        open(TestElasticsearchConfig.at(elasticsearch.url()).compressed());
        storeAll(List.of(document(0, "killed", "before", BulkAction.INDEX, "{}")));
        elasticsearch.kill();
        var documents = IntStream.range(1, 50).mapToObj(i -> document(i, "killed", "d" + i, BulkAction.INDEX, "{}")).toList();
        documents.forEach(d -> sink.store(List.of(d), new BulkTarget(null)));
        Arrivals.letGo(documents);
        await().until(() -> state.problem().isPresent());

        elasticsearch.start();

        settledOnce(documents);
        assertThat(stored("killed")).hasSize(50);
        assertThat(state.problem()).isEmpty();
        assertThat(new ElasticsearchPing(client, Duration.ofSeconds(2)).ping().toCompletableFuture().get()).isEmpty();
    }
}

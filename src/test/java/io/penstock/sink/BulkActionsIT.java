package io.penstock.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.stack.ElasticsearchServer;
import io.penstock.stack.Stack;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.elasticsearch.client.RestClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every action, and what Elasticsearch really answers to it. */
class BulkActionsIT {

    private final ElasticsearchServer elasticsearch = Stack.shared().elasticsearch();
    private final Arrivals arrivals = new Arrivals();
    private final KeptDeadLetters deadLetters = new KeptDeadLetters();
    private RestClient client;
    private BulkSink sink;

    @BeforeEach
    void open() {
        client = RestClients.build(TestElasticsearchConfig.at(elasticsearch.host()), 4);
        sink = new BulkSink(client, Duration.ofSeconds(10), new BulkSettings(5 << 20, Duration.ofSeconds(1), 4,
                new Backoff(Duration.ofMillis(20), Duration.ofMillis(200))), deadLetters, new ElasticsearchState(),
                new SimpleMeterRegistry());
    }

    @AfterEach
    void close() throws Exception {
        sink.close();
        client.close();
    }

    private BulkDocument document(long offset, String index, String id, BulkAction action, String source, BulkOptions options) {
        return new BulkDocument(arrivals.delivery(offset), index, id, action, source.getBytes(StandardCharsets.UTF_8), options);
    }

    private BulkDocument versioned(long offset, String id, BulkAction action, String source) {
        return document(offset, "mirror", id, action, source, new BulkOptions(null, offset, null));
    }

    private BulkResult store(BulkDocument... documents) throws ExecutionException, InterruptedException {
        var result = sink.storeBatch(List.of(documents), new BulkTarget(null));
        Arrivals.letGo(List.of(documents));
        await().atMost(Duration.ofSeconds(60)).until(() -> result.toCompletableFuture().isDone());
        return result.toCompletableFuture().get();
    }

    private Map<String, String> stored(String index) {
        return elasticsearch.documents(index).stream()
                .collect(Collectors.toMap(ElasticsearchServer.Document::id, d -> d.source().toString()));
    }

    @Test
    void theNewestVersionStaysInWhateverOrderRecordsCome() throws Exception {
        assertThat(store(versioned(0, "a", BulkAction.INDEX, "{\"n\":0}"), versioned(5, "a", BulkAction.INDEX, "{\"n\":5}"),
                versioned(3, "a", BulkAction.INDEX, "{\"n\":3}"), versioned(4, "a", BulkAction.DELETE, ""),
                versioned(5, "a", BulkAction.INDEX, "{\"n\":5}"))).isEqualTo(new BulkResult(5, 2, 3, 0, null));
        assertThat(stored("mirror")).containsEntry("a", "{\"n\":5}");

        // A deletion is newer, too: what it deleted does not come back.
        assertThat(store(versioned(7, "a", BulkAction.DELETE, ""), versioned(6, "a", BulkAction.INDEX, "{\"n\":6}")))
                .isEqualTo(new BulkResult(2, 1, 1, 0, null));
        assertThat(stored("mirror")).doesNotContainKey("a");
        assertThat(store(versioned(8, "a", BulkAction.INDEX, "{\"n\":8}"))).isEqualTo(new BulkResult(1, 1, 0, 0, null));
        assertThat(stored("mirror")).containsEntry("a", "{\"n\":8}");
        assertThat(deadLetters.kept).isEmpty();
    }

    @Test
    void deletingWhatIsNotThereIsDone() throws Exception {
        assertThat(store(document(10, "never-made", "x", BulkAction.DELETE, "", BulkOptions.NONE),
                versioned(11, "gone", BulkAction.DELETE, ""))).isEqualTo(new BulkResult(2, 0, 2, 0, null));
        assertThat(deadLetters.kept).isEmpty();
    }

    @Test
    void anUpdatePutsItsFieldsIntoTheDocumentOrMakesIt() throws Exception {
        assertThat(store(document(20, "updated", "a", BulkAction.UPDATE, "{\"x\":1,\"y\":1}", BulkOptions.NONE),
                document(21, "updated", "a", BulkAction.UPDATE, "{\"y\":2}", BulkOptions.NONE)))
                .isEqualTo(new BulkResult(2, 2, 0, 0, null));
        assertThat(stored("updated")).isEqualTo(Map.of("a", "{\"x\":1,\"y\":2}"));
    }

    @Test
    void updatesOfOneDocumentAtTheSameTimeAreAllDone() throws Exception {
        var results = LongStream.range(0, 40).mapToObj(n -> {
            var update = List.of(document(100 + n, "contended", "a", BulkAction.UPDATE, "{\"f" + n + "\":1}", BulkOptions.NONE));
            var result = sink.storeBatch(update, new BulkTarget(null)).toCompletableFuture();
            Arrivals.letGo(update);
            return result;
        }).toList();

        await().atMost(Duration.ofSeconds(60)).until(() -> results.stream().allMatch(r -> r.isDone()));
        assertThat(elasticsearch.documents("contended")).singleElement()
                .satisfies(d -> assertThat(d.source().size()).isEqualTo(40));
        assertThat(deadLetters.kept).isEmpty();
    }

    @Test
    void routingReachesElasticsearch() throws Exception {
        elasticsearch.put("/routed", "{\"mappings\":{\"_routing\":{\"required\":true}}}").ok();

        assertThat(store(document(30, "routed", "a", BulkAction.INDEX, "{\"n\":1}", new BulkOptions("r", null, null)),
                document(31, "routed", "b", BulkAction.INDEX, "{\"n\":1}", BulkOptions.NONE)).stored()).isOne();
        assertThat(stored("routed")).containsOnlyKeys("a");
        assertThat(deadLetters.kept.values()).singleElement()
                .satisfies(reason -> assertThat(reason.exception()).isEqualTo("routing_missing_exception"));
    }

    @Test
    void aPipelineThatIsNotThereIsADeadLetterThatSaysSo() throws Exception {
        store(document(40, "piped", "a", BulkAction.INDEX, "{\"n\":1}", new BulkOptions(null, null, "no-such-pipeline")));

        assertThat(deadLetters.kept.values()).singleElement()
                .satisfies(reason -> assertThat(reason.message()).contains("no-such-pipeline"));
    }

    @Test
    void aDataStreamTakesCreateOnly() throws Exception {
        elasticsearch.put("/_index_template/streams", "{\"index_patterns\":[\"logs-it-*\"],\"data_stream\":{},\"priority\":500}").ok();

        assertThat(store(stream(50, "s-0-50", BulkAction.CREATE), stream(51, "s-0-51", BulkAction.CREATE)).stored()).isEqualTo(2);
        assertThat(store(stream(51, "s-0-51", BulkAction.CREATE))).isEqualTo(new BulkResult(1, 0, 1, 0, null));
        assertThat(store(stream(52, "s-0-52", BulkAction.INDEX)).deadLettered()).isOne();
        assertThat(elasticsearch.count("logs-it-default")).isEqualTo(2);
        assertThat(elasticsearch.get("/logs-it-default/_mapping").ok().fieldNames()).toIterable().singleElement().asString()
                .startsWith(".ds-logs-it-default-");
    }

    private BulkDocument stream(long offset, String id, BulkAction action) {
        return document(offset, "logs-it-default", id, action, "{\"@timestamp\":\"2020-07-28T13:51:35Z\"}", BulkOptions.NONE);
    }
}

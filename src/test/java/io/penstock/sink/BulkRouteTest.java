package io.penstock.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.delivery.Delivery;
import io.penstock.route.OpenGroups;

import org.apache.camel.Exchange;
import org.apache.camel.FailedToCreateProducerException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.elasticsearch.client.RestClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Routes as their authors write them, in a real Camel context; Elasticsearch is the stand-in, which can be made to wait. */
class BulkRouteTest {

    private final StandInElasticsearch elasticsearch = new StandInElasticsearch();
    private final Arrivals arrivals = new Arrivals();
    private final KeptDeadLetters deadLetters = new KeptDeadLetters();
    private final List<Object> after = new CopyOnWriteArrayList<>();
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private RestClient client;
    private BulkSink sink;
    private long offset;

    @BeforeEach
    void start() throws Exception {
        client = RestClients.build(TestElasticsearchConfig.at(elasticsearch.url()), 4);
        sink = new BulkSink(client, Duration.ofSeconds(10), new BulkSettings(1000, Duration.ofMillis(500), 4,
                new Backoff(Duration.ofMillis(10), Duration.ofMillis(50))), deadLetters, new ElasticsearchState(),
                new SimpleMeterRegistry());
        camel.getCamelContextExtension().addInterceptStrategy(new OpenGroups());
        camel.getRegistry().bind("sink", sink);
        camel.getRegistry().bind("bulk", new BulkStrategy(sink));
        camel.getRegistry().bind("elasticsearch", new SinkComponent(client, sink));
        // What the service's own error handler does with a record's exchange.
        camel.getRegistry().bind("deadLetter", (org.apache.camel.Processor) exchange -> {
            var delivery = exchange.getProperty(Delivery.PROPERTY, Delivery.class);
            var failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
            if (delivery != null) {
                deadLetters.send(delivery, new DeadLetterReason("step", failure.toString(), failure.getClass().getName(), 1));
            }
        });
        camel.getRegistry().bind("after", (org.apache.camel.Processor) exchange -> after.add(exchange.getMessage().getBody()));
        camel.getRegistry().bind("fail", (org.apache.camel.Processor) exchange -> {
            throw new IllegalStateException("failed on purpose");
        });
        camel.start();
    }

    @AfterEach
    void stop() throws Exception {
        camel.stop();
        sink.close();
        client.close();
        elasticsearch.close();
    }

    private void route(String yaml) throws Exception {
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("test.camel.yaml", yaml));
    }

    private static final String ON_EXCEPTION = """
            - onException:
                exception: [ java.lang.Exception ]
                handled: { constant: "true" }
                steps:
                  - process: { ref: deadLetter }
            """;

    private static String aggregating(String strategy, int size, String steps) {
        return ON_EXCEPTION + """
            - route:
                id: trade-errors
                from:
                  uri: direct:in
                  steps:
                    - aggregate:
                        aggregationStrategy: "#%s"
                        correlationExpression: { constant: all }
                        completionSize: %d
                        completionTimeout: 200
                        completionTimeoutCheckerInterval: 20
                        steps:
            """.formatted(strategy, size) + steps.indent(14);
    }

    private static final String TO_BULK = """
            - to: elasticsearch:es?operation=Bulk&indexName=pre1
            - process: { ref: after }
            """;

    /** Sends a record as a source does: it lets go of the delivery when the record's exchange is done. */
    private Delivery send(Object body) {
        return send(body, Map.of());
    }

    private Delivery send(Object body, Map<String, Object> headers) {
        var delivery = arrivals.delivery(offset++);
        send(body, headers, delivery);
        delivery.release();
        return delivery;
    }

    private Exchange send(Object body, Map<String, Object> headers, Delivery delivery) {
        return camel.createFluentProducerTemplate().to("direct:in").withProcessor(exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().setHeaders(new java.util.HashMap<>(headers));
            exchange.setProperty(Delivery.PROPERTY, delivery);
        }).send();
    }

    private void settledOnce(List<Delivery> deliveries) {
        await().untilAsserted(() -> assertThat(deliveries)
                .allSatisfy(d -> assertThat(arrivals.timesSettled(d)).as(d.coordinates()).isEqualTo(1)));
    }

    private List<Delivery> send(int count) {
        var deliveries = new ArrayList<Delivery>();
        for (int i = 0; i < count; i++) {
            deliveries.add(send(Map.of("n", i)));
        }
        return deliveries;
    }

    @Test
    void groupBecomesOneBulkAndTheRouteGoesOnWithItsResult() throws Exception {
        route(aggregating("bulk", 3, TO_BULK));
        var deliveries = send(7);

        settledOnce(deliveries);
        await().until(() -> after.size() == 3);
        assertThat(elasticsearch.bulks).extracting(b -> b.ids().size()).containsExactly(3, 3, 1);
        assertThat(elasticsearch.stored).containsOnlyKeys(deliveries.stream().map(Delivery::documentId).toList());
        assertThat(after).first().isEqualTo(new BulkResult(3, 3, 0, 0, null));
        assertThat(deliveries).allSatisfy(d -> assertThat(d.outcome()).isEqualTo(Delivery.Outcome.STORED));
    }

    @Test
    void recordThatMakesNoDocumentFailsAloneAndTheGroupIsKept() throws Exception {
        route(aggregating("bulk", 3, TO_BULK));
        var bad1 = send("[1]");
        var good1 = send("{\"n\":1}");
        var bad2 = send("not json");
        var good2 = send("{\"n\":2}".getBytes());
        var good3 = send(Map.of("n", 3));

        settledOnce(List.of(bad1, good1, bad2, good2, good3));
        assertThat(elasticsearch.bulks).hasSize(1);
        assertThat(elasticsearch.stored).containsOnlyKeys(good1.documentId(), good2.documentId(), good3.documentId());
        assertThat(deadLetters.kept).containsOnlyKeys(bad1, bad2);
        assertThat(deadLetters.kept.get(bad1).message()).contains("only a JSON object");
    }

    @Test
    void groupClosesBeforeItIsOverTheBytes() throws Exception {
        route(aggregating("bulk", 1000, TO_BULK));
        var deliveries = new ArrayList<Delivery>();
        for (int i = 0; i < 20; i++) {
            deliveries.add(send(Map.of("s", "x".repeat(200))));
        }
        deliveries.add(send(Map.of("s", "x".repeat(5000))));

        settledOnce(deliveries);
        assertThat(elasticsearch.bulks).extracting(b -> b.ids().size()).containsExactlyInAnyOrder(3, 3, 3, 3, 3, 3, 2, 1);
    }

    /** Once: the second time there would be none, and the record would be a dead letter. */
    @Test
    void anExpressionMayTakeTheIdOutOfTheDocument() throws Exception {
        route("- beans:\n    - name: own\n      type: io.penstock.sink.BulkStrategy\n      properties: { id: \"${body.remove('id')}\" }\n"
                + aggregating("own", 7, TO_BULK));
        var deliveries = new ArrayList<Delivery>();
        for (int i = 0; i < 40; i++) {
            deliveries.add(send(new java.util.HashMap<>(Map.of("id", "i" + i, "s", "x".repeat(200)))));
        }

        settledOnce(deliveries);
        assertThat(deadLetters.kept).isEmpty();
        assertThat(elasticsearch.stored).hasSize(40).containsKeys("i0", "i39");
    }

    @Test
    void trickleDoesNotKeepAGroupOpen() throws Exception {
        route(aggregating("bulk", 1000, TO_BULK).replace("completionTimeout: 200", "completionTimeout: 60000"));
        var deliveries = new ArrayList<Delivery>();
        await().pollInterval(Duration.ofMillis(50)).until(() -> {
            deliveries.add(send(Map.of("n", 1)));
            return !elasticsearch.bulks.isEmpty();
        });
        assertThat(deliveries).hasSizeLessThan(60);
        await().until(() -> arrivals.timesSettled(deliveries.getFirst()) == 1);
    }

    @Test
    void groupThatFailsBeforeItsBulkBecomesDeadLetters() throws Exception {
        route(aggregating("bulk", 3, "- process: { ref: fail, id: my-step }\n" + TO_BULK));
        var deliveries = send(3);

        settledOnce(deliveries);
        assertThat(elasticsearch.bulks).isEmpty();
        assertThat(deadLetters.kept).containsOnlyKeys(deliveries);
        assertThat(deadLetters.kept.get(deliveries.getFirst()).message()).isEqualTo("failed on purpose");
        assertThat(deadLetters.kept.get(deliveries.getFirst()).exception()).isEqualTo(IllegalStateException.class.getName());
    }

    @Test
    void groupThatFailsUnhandledBecomesDeadLettersToo() throws Exception {
        route(aggregating("bulk", 3, "- process: { ref: fail }\n" + TO_BULK).replace(ON_EXCEPTION, ""));
        var deliveries = send(3);

        settledOnce(deliveries);
        assertThat(deadLetters.kept).containsOnlyKeys(deliveries);
    }

    @Test
    void groupWithoutAnIndexBecomesDeadLettersThatSayWhatToSet() throws Exception {
        route(aggregating("bulk", 2, "- to: elasticsearch:es?operation=Bulk\n"));
        var deliveries = send(2);

        settledOnce(deliveries);
        assertThat(deadLetters.kept.get(deliveries.getFirst()).message()).contains("indexName");
    }

    @Test
    void groupThatFailsAfterItsBulkIsStoredAndNoDeadLetter() throws Exception {
        route(aggregating("bulk", 3, TO_BULK + "- process: { ref: fail }\n"));
        var deliveries = send(3);

        settledOnce(deliveries);
        assertThat(elasticsearch.stored).hasSize(3);
        assertThat(deadLetters.kept).isEmpty();
    }

    @Test
    void groupThatEndsWellWithoutABulkIsLetGo() throws Exception {
        route(aggregating("bulk", 3, "- process: { ref: after }\n"));
        var deliveries = send(3);

        settledOnce(deliveries);
        assertThat(deliveries.getFirst().outcome()).isEqualTo(Delivery.Outcome.FILTERED);
        assertThat(after).hasSize(1).first().isInstanceOf(BulkBatch.class);
    }

    @Test
    void groupHoldsItsRecordsWhileTheBulkWaits() throws Exception {
        var gate = new CountDownLatch(1);
        elasticsearch.then((bulk, exchange) -> {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new java.io.IOException(e);
            }
            elasticsearch.items(id -> 201).to(bulk, exchange);
        });
        route(aggregating("bulk", 3, TO_BULK));
        var deliveries = send(3);
        await().until(() -> elasticsearch.bulks.size() == 1);
        assertThat(arrivals.settled()).isZero();

        // The next groups are not kept waiting by the first.
        var next = send(6);
        settledOnce(next);
        assertThat(deliveries).noneMatch(Delivery::isSettled);
        gate.countDown();
        settledOnce(deliveries);
    }

    @Test
    void completionPredicateCheckedEagerlySeesTheRecordAndFailsItAlone() throws Exception {
        route(aggregating("bulk", 1000, TO_BULK).replace("completionTimeout: 200", "eagerCheckCompletion: true\n"
                + " ".repeat(12) + "completionPredicate: { simple: \"${body[last]} == true\" }"));
        var first = send("{\"n\":0}");
        var one = send(Map.of("n", 1));
        var bad = send("{\"n\":2}");
        var last = send(Map.of("last", true));

        settledOnce(List.of(first, one, bad, last));
        assertThat(deadLetters.kept).containsOnlyKeys(first, bad);
        assertThat(elasticsearch.bulks).singleElement()
                .satisfies(b -> assertThat(b.ids()).containsExactly(one.documentId(), last.documentId()));
    }

    /** What check advises, as bytes and age don't end such a group. */
    @Test
    void sizeEndsAGroupThatIsCheckedEagerly() throws Exception {
        route(aggregating("bulk", 5, TO_BULK).replace("completionTimeout: 200", "eagerCheckCompletion: true\n"
                + " ".repeat(12) + "completionPredicate: { simple: \"${body[last]} == true\" }"));
        var deliveries = new ArrayList<Delivery>();
        for (int i = 0; i < 5; i++) {
            deliveries.add(send(Map.of("last", false, "s", "x".repeat(300))));
        }

        settledOnce(deliveries);
        assertThat(deadLetters.kept).isEmpty();
        assertThat(elasticsearch.stored).containsOnlyKeys(deliveries.stream().map(Delivery::documentId).toList());
    }

    @Test
    void groupSentToTwoIndicesIsHeldForBoth() throws Exception {
        route(aggregating("bulk", 2, """
                - multicast:
                    steps:
                      - to: elasticsearch:es?operation=Bulk&indexName=a
                      - to: elasticsearch:es?operation=Bulk&indexName=b
                """));
        var deliveries = send(2);

        settledOnce(deliveries);
        assertThat(elasticsearch.bulks).extracting(b -> b.indices().getFirst()).containsExactlyInAnyOrder("a", "b");
    }

    /** Where it can't be seen before: check and the service refuse two in one row. */
    @Test
    void theAnswerOfABulkIsNoDocumentForTheNext() throws Exception {
        route(aggregating("bulk", 2, """
                - filter: { simple: "true", steps: [ { to: "elasticsearch:es?operation=Bulk&indexName=a" } ] }
                - to: elasticsearch:es?operation=Bulk&indexName=b
                - process: { ref: after }
                """));
        var deliveries = send(2);

        settledOnce(deliveries);
        assertThat(elasticsearch.bulks).singleElement().satisfies(b -> assertThat(b.indices()).containsOnly("a"));
        assertThat(after).isEmpty();
    }

    @Test
    void partsOfASplitRecordHaveIdsOfTheirOwn() throws Exception {
        route(ON_EXCEPTION + """
            - route:
                from:
                  uri: direct:in
                  steps:
                    - split:
                        simple: "${body}"
                        steps:
                          - aggregate:
                              aggregationStrategy: "#bulk"
                              correlationExpression: { constant: all }
                              completionSize: 3
                              steps:
                                - to: elasticsearch:es?operation=Bulk&indexName=pre1
            """);
        var delivery = send(List.of(Map.of("n", 1), Map.of("n", 2), Map.of("n", 3)));

        settledOnce(List.of(delivery));
        assertThat(elasticsearch.bulks).singleElement()
                .satisfies(b -> assertThat(b.ids()).containsExactly("trade-0-0-0", "trade-0-0-1", "trade-0-0-2"));
    }

    @Test
    void strategyDeclaredInTheRouteNamesActionIdAndIndex() throws Exception {
        route("""
            - beans:
                - name: createOnly
                  type: io.penstock.sink.BulkStrategy
                  properties:
                    action: create
                    id: "e-${body[eventId]}"
                    index: "errors-${header.day}"
            """ + aggregating("createOnly", 2, TO_BULK));
        elasticsearch.then(elasticsearch.items(id -> 409));
        var deliveries = List.of(send(Map.of("eventId", 7), Map.of("day", "mon")),
                send(Map.of("eventId", 8), Map.of("day", "tue", "indexName", "other", "indexId", "own")));

        settledOnce(deliveries);
        var bulk = elasticsearch.bulks.getFirst();
        assertThat(bulk.ids()).containsExactly("e-7", "own");
        assertThat(bulk.indices()).containsExactly("errors-mon", "other");
        await().untilAsserted(() -> assertThat(after).containsExactly(new BulkResult(2, 0, 2, 0, null)));
    }

    private static String strategy(String properties) {
        return "- beans:\n    - name: own\n      type: io.penstock.sink.BulkStrategy\n      properties: { " + properties + " }\n"
                + aggregating("own", 1, TO_BULK);
    }

    @Test
    void anExpressionThatGivesNothingIsNamedAndTheBodyItSeesIsTold() throws Exception {
        route(strategy("id: '${body[paymentId]}', routing: '${header.shop}'"));
        var noId = send(Map.of("amount", "secret"), Map.of("shop", "a"));
        var noRouting = send(Map.of("paymentId", "p"));

        settledOnce(List.of(noId, noRouting));
        assertThat(deadLetters.kept.get(noId).message()).contains("expression for the id gave nothing for this record: ${body[paymentId]}; the"
                + " body is the document by now", "setVariable").doesNotContain("secret");
        assertThat(deadLetters.kept.get(noRouting).message()).contains("expression for the routing gave nothing for this record: ${header.shop}]");
    }

    @Test
    void anExpressionAmongTextThatGivesNothingMakesNoIdThatManyRecordsWouldShare() throws Exception {
        route(strategy("id: 'e-${body[paymentId]}-${header.${header.which}}'"));
        var noId = send(Map.of("amount", "1"), Map.of("which", "shop", "shop", "a"));
        var noHeader = send(Map.of("paymentId", "p"), Map.of("which", "shop"));
        var whole = send(Map.of("paymentId", "p"), Map.of("which", "shop", "shop", "a"));

        settledOnce(List.of(noId, noHeader, whole));
        assertThat(deadLetters.kept.get(noId).message()).contains("expression for the id gave nothing for this record: e-${body[paymentId]}-");
        assertThat(deadLetters.kept).containsKey(noHeader);
        assertThat(elasticsearch.bulks).singleElement().satisfies(bulk -> assertThat(bulk.ids()).containsExactly("e-p-a"));
    }

    @Test
    void anActionThatIsNoneOrAVersionThatIsNoNumberFailsItsRecordWithoutQuotingIt() throws Exception {
        route(strategy("action: '${header.do}', version: '${header.v}'"));
        var noAction = send(Map.of("n", 1), Map.of("do", "secret", "v", 1));
        var noVersion = send(Map.of("n", 1), Map.of("do", "index", "v", "secret"));
        var negative = send(Map.of("n", 1), Map.of("do", "index", "v", -1));
        var unversioned = send(Map.of("n", 1), Map.of("do", "create", "v", 1));

        settledOnce(List.of(noAction, noVersion, negative, unversioned));
        assertThat(elasticsearch.bulks).isEmpty();
        assertThat(deadLetters.kept.get(noAction).message()).contains("for the action gave none of").doesNotContain("secret");
        assertThat(deadLetters.kept.get(noVersion).message()).contains("no whole number").doesNotContain("secret");
        assertThat(deadLetters.kept.get(negative).message()).contains("no whole number");
        assertThat(deadLetters.kept.get(unversioned).message()).contains("create takes no version");
    }

    @Test
    void whatElasticsearchWouldRefuseWithTheWholeBulkIsRefusedWhenTheRouteLoads() {
        assertThatThrownBy(() -> route(strategy("action: create, version: '1'")))
                .hasStackTraceContaining("the action create takes no version");
        assertThatThrownBy(() -> route(strategy("action: update, pipeline: p")))
                .hasStackTraceContaining("the action update takes no pipeline");
    }

    @Test
    void wrongActionIsRefusedWhenTheRouteLoads() {
        assertThatThrownBy(() -> route("""
            - beans:
                - name: wrong
                  type: io.penstock.sink.BulkStrategy
                  properties: { action: upsert }
            """ + aggregating("wrong", 2, TO_BULK))).hasStackTraceContaining("no such bulk action: 'upsert'");
    }

    private static final String DIRECT = ON_EXCEPTION + """
            - route:
                from:
                  uri: direct:in
                  steps:
                    - to: elasticsearch:es?operation=Bulk&indexName=pre1
            """;

    @Test
    void recordSentWithoutAggregationIsDoneAtOnceAndSettledWhenStored() throws Exception {
        route(DIRECT);
        elasticsearch.usually(StandInElasticsearch.status(503));
        var deliveries = send(5);
        var list = send(List.of(Map.of("n", 1), Map.of("n", 2)));
        assertThat(arrivals.settled()).isZero();

        elasticsearch.usually(elasticsearch.items(id -> 201));
        settledOnce(deliveries);
        settledOnce(List.of(list));
        assertThat(elasticsearch.stored).containsKeys("trade-0-0", "trade-0-4", "trade-0-5-0", "trade-0-5-1");
    }

    @Test
    void recordSentWithoutAggregationThatMakesNoDocumentIsADeadLetter() throws Exception {
        route(DIRECT);
        var bad = send("12");

        settledOnce(List.of(bad));
        assertThat(deadLetters.kept).containsOnlyKeys(bad);
    }

    @Test
    void exchangeOfNoRecordIsDoneWhenStoredAndFailsWhenItNeverCanBe() throws Exception {
        route(DIRECT.replace(ON_EXCEPTION, ""));
        var stored = send(Map.of("n", 1), Map.of("indexId", "x"), null);
        assertThat(stored.getMessage().getBody()).isEqualTo(new BulkResult(1, 1, 0, 0, null));

        elasticsearch.usually(elasticsearch.items(id -> 400));
        var failed = send(Map.of("n", 1), Map.of("indexId", "y"), null);
        assertThat(failed.getException()).isInstanceOf(BulkFailedException.class)
                .hasMessageContaining("document_parsing_exception: reason of y");
    }

    @Test
    void routeOfAnotherOperationMayStopWithoutClosingTheClient() throws Exception {
        route(DIRECT + """
            - route:
                id: search
                from:
                  uri: direct:search
                  steps:
                    - to: elasticsearch:es?operation=Search&indexName=pre1
            """);
        camel.getRouteController().stopRoute("search");
        camel.removeRoute("search");

        settledOnce(send(1));
    }

    @Test
    void headerMayAskForABulk() throws Exception {
        route(DIRECT.replace("operation=Bulk&", ""));
        settledOnce(List.of(send(Map.of("n", 1), Map.of("operation", "Bulk"))));
        assertThat(elasticsearch.stored).hasSize(1);
    }

    @Test
    void addressOrUserInTheEndpointIsRefused() {
        assertThatThrownBy(() -> camel.getEndpoint("elasticsearch:es?operation=Bulk&hostAddresses=other:9200"))
                .hasStackTraceContaining("elasticsearch.hosts").isNotInstanceOf(FailedToCreateProducerException.class);
    }
}

package io.penstock.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.delivery.Delivery;
import io.penstock.sink.Backoff;
import io.penstock.sink.BulkSettings;
import io.penstock.sink.Recorder;
import io.penstock.sink.SinkComponent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.camel.model.AggregateDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a route gets without a line in it. */
class RouteDefaultsTest extends RoutesFixture {

    @Test
    void manyThreadsAreManyWhereverItIsSaid() throws Exception {
        for (String value : List.of("true", "TRUE", "\"{{absent:true}}\"")) {
            var version = reader().read(file("a", aggregate(
                    "\"#class:org.apache.camel.processor.aggregate.GroupedBodyAggregationStrategy\", parallelProcessing: " + value)));
            assertThat(version.routes().getFirst().getOutputs().getFirst()).as(value)
                    .isInstanceOfSatisfying(AggregateDefinition.class,
                            aggregate -> assertThat(aggregate.getExecutorService()).isEqualTo(RoutePools.BOUNDED_PARALLEL));
        }
    }

    @Test
    void theCopyThatAWireTapSendsHoldsTheRecordAndIsADeadLetterWhenItFails() throws Exception {
        var kept = new Delivery(record(), "t-0-1", 0, _ -> { });
        routes.start(List.of(file("a", """
                - route:
                    id: tapping
                    from:
                      uri: direct:tapping
                      steps:
                        - wireTap: { uri: "direct:tapped" }
                - route:
                    id: tapped
                    from:
                      uri: direct:tapped
                      steps:
                        - process: { ref: gate }
                        - throwException: { exceptionType: java.lang.IllegalStateException, message: broken }
                """)));

        try (var template = context.createFluentProducerTemplate()) {
            template.to("direct:tapping").withProcessor(exchange -> exchange.setProperty(Delivery.PROPERTY, kept)).send();
        }
        kept.release();

        assertThat(kept.isSettled()).isFalse();
        gate.countDown();
        await().until(kept::isSettled);
        assertThat(deadLetters).containsExactly("broken");
    }

    @Test
    void theCopyOfAGroupThatAWireTapSendsHoldsItsRecordsAndMakesThemDeadLettersWhenItFails() throws Exception {
        var recorder = storing();
        routes.start(List.of(file("a", aggregating("[ { wireTap: { uri: \"direct:tapped\" } }, { to: \"elasticsearch:es?operation=Bulk&indexName=a\" } ]"), """
                - route:
                    id: tapped
                    from:
                      uri: direct:tapped
                      steps:
                        - process: { ref: gate }
                        - filter:
                            simple: "${body.size} == 2"
                            steps:
                              - throwException: { exceptionType: java.lang.IllegalStateException, message: broken }
                        - to: elasticsearch:es?operation=Bulk&indexName=b
                """)));

        var stored = gathered("one");
        var failed = List.of(gathered("two"), gathered("two"));
        await().until(() -> recorder.take(), outputs -> !outputs.isEmpty());

        assertThat(stored.isSettled()).isFalse();
        gate.countDown();
        await().until(() -> stored.isSettled() && failed.stream().allMatch(Delivery::isSettled));
        assertThat(recorder.take()).extracting(output -> ((Recorder.Output.Document) output).index()).containsOnlyOnce("b");
        assertThat(deadLetters).containsExactly("broken", "broken");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{ multicast: { steps: [ %1$s, { pipeline: { steps: [ %2$s, %3$s ] } } ] } }",
            "{ multicast: { steps: [ { pipeline: { steps: [ %2$s, %3$s ] } }, %1$s ] } }",
            "{ multicast: { parallelProcessing: true, steps: [ { to: \"direct:failing\" }, %s ] } }",
            "{ multicast: { stopOnException: true, steps: [ { pipeline: { steps: [ %1$s, %2$s ] } }, %3$s ] } }",
            "{ recipientList: { constant: \"direct:failing,elasticsearch:es?operation=Bulk&indexName=a\" } }"})
    void aBranchOfAGroupThatFailsBeforeItsBulkIsADeadLetterWhateverTheOthersStored(String branches) throws Exception {
        var recorder = storing();
        var fail = "{ throwException: { exceptionType: java.lang.IllegalStateException, message: broken } }";
        routes.start(List.of(file("a", aggregating("[ " + branches.formatted("{ to: \"elasticsearch:es?operation=Bulk&indexName=a\" }", fail,
                "{ to: \"elasticsearch:es?operation=Bulk&indexName=b\" }") + " ]"),
                "- route: { from: { uri: \"direct:failing\", steps: [ " + fail + " ] } }\n")));
        assertThat(routes.faults()).isEmpty();

        var record = gathered("one");

        await().until(record::isSettled);
        recorder.take().stream().filter(Recorder.Output.Letter.class::isInstance)
                .forEach(letter -> deadLetters.add(((Recorder.Output.Letter) letter).reason().message()));
        assertThat(deadLetters).isNotEmpty().allSatisfy(message -> assertThat(message).contains("broken"));
    }

    @Test
    void aGroupWhoseBranchesAreAllStoredIsNoDeadLetterWhateverFailsBehindThem() throws Exception {
        var recorder = storing();
        routes.start(List.of(file("a", aggregating("""
                [ { multicast: { steps: [ { to: "elasticsearch:es?operation=Bulk&indexName=a" }, { to: "elasticsearch:es?operation=Bulk&indexName=b" } ] } },
                  { throwException: { exceptionType: java.lang.IllegalStateException, message: broken } } ]"""))));

        var record = gathered("one");

        await().until(record::isSettled);
        assertThat(recorder.take()).hasSize(2);
        assertThat(deadLetters).isEmpty();
    }

    /** Behind its branches a group goes on with the last one's body. */
    @ParameterizedTest
    @ValueSource(strings = {"[ { multicast: { steps: [ { log: x }, { log: x } ] } }, %s, %s ]",
            "[ { recipientList: { constant: \"log:x,log:y\" } }, { to: \"direct:storing\" }, %2$s ]",
            "[ { multicast: { steps: [ { pipeline: { steps: [ { multicast: { steps: [ { log: x }, { log: x } ] } }, %1$s ] } }, %1$s ] } }, "
                    + "%2$s ]"})
    void aGroupThatIsStoredBehindItsBranchesIsNoDeadLetterWhateverFailsBehindIt(String steps) throws Exception {
        var recorder = storing();
        var store = "{ to: \"elasticsearch:es?operation=Bulk&indexName=a\" }";
        routes.start(List.of(file("a", aggregating(steps.formatted(store,
                "{ throwException: { exceptionType: java.lang.IllegalStateException, message: broken } }")),
                "- route: { from: { uri: \"direct:storing\", steps: [ " + store + " ] } }\n")));
        assertThat(routes.faults()).isEmpty();

        var record = gathered("one");

        await().until(record::isSettled);
        assertThat(recorder.take()).isNotEmpty().allSatisfy(output -> assertThat(output).isInstanceOf(Recorder.Output.Document.class));
        assertThat(deadLetters).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "true"})
    void partsOfPartsHaveIdsOfTheirOwn(String streaming) throws Exception {
        var recorder = storing();
        routes.start(List.of(file("a", """
                - route:
                    id: gathering
                    from:
                      uri: direct:gathering
                      steps:
                        - setBody: { constant: "ab,cd;ef,gh,ij" }
                        - split:
                            tokenize: ";"
                            streaming: %1$s
                            steps:
                              - split: { tokenize: ",", streaming: %1$s, steps: [ { setBody: { simple: "${map(part,${body})}" } }, { to: "direct:letters" } ] }
                              - setBody: { simple: "${map(part,whole)}" }
                              - to: elasticsearch:es?operation=Bulk&indexName=a
                - route:
                    from:
                      uri: direct:letters
                      steps:
                        - to: elasticsearch:es?operation=Bulk&indexName=a
                """.formatted(streaming))));
        assertThat(routes.faults()).isEmpty();

        gathered("one");

        assertThat(recorder.take()).extracting(output -> ((Recorder.Output.Document) output).document().id()).containsExactly(
                "t-0-1-0-0", "t-0-1-0-1", "t-0-1-0", "t-0-1-1-0", "t-0-1-1-1", "t-0-1-1-2", "t-0-1-1");
    }

    private Recorder storing() {
        var recorder = new Recorder(new BulkSettings(1000, Duration.ofMinutes(1), 1, new Backoff(Duration.ofMillis(10), Duration.ofMillis(50))));
        context.getRegistry().bind("sink", recorder);
        context.addComponent("elasticsearch", new SinkComponent(null, recorder));
        return recorder;
    }

    private static String aggregating(String steps) {
        return """
                - route:
                    id: gathering
                    from:
                      uri: direct:gathering
                      steps:
                        - aggregate:
                            aggregationStrategy: "#bulk"
                            correlationExpression: { header: group }
                            completionPredicate: { simple: "${header.group} == 'one' || ${exchangeProperty.CamelAggregatedSize} == 2" }
                            eagerCheckCompletion: true
                            steps: %s
                """.formatted(steps.replace("\n", ""));
    }

    /** A record whose own exchange is done. */
    private Delivery gathered(String group) throws Exception {
        var delivery = new Delivery(record(), 0, _ -> { });
        try (var template = context.createFluentProducerTemplate()) {
            template.to("direct:gathering").withProcessor(exchange -> {
                exchange.getMessage().setHeader("group", group);
                exchange.getMessage().setBody(Map.of("n", 1));
                exchange.setProperty(Delivery.PROPERTY, delivery);
            }).send();
        }
        delivery.release();
        return delivery;
    }
}

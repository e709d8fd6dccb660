package io.penstock.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import io.penstock.delivery.Delivery;
import io.penstock.delivery.LogLines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Processor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom the threads of a route wait for. */
class RoutePoolsTest extends RoutesFixture {

    private static final String GATED = route("gated", "direct:gated", "process: { ref: gate }");

    @ParameterizedTest
    @ValueSource(strings = {"{ threads: {} }, { to: \"direct:gated\" }", "{ delay: { constant: \"60000\", asyncDelayed: true } }",
            "{ wireTap: { uri: \"direct:gated\" } }",
            "{ aggregate: { aggregationStrategy: \"#bulk\", correlationExpression: { constant: x }, completionSize: 1, "
                    + "steps: [ { to: \"direct:gated\" } ] } }"})
    void theThreadThatReadsWaitsForNoPool(String steps) throws Exception {
        context.getShutdownStrategy().setTimeout(1);
        routes.start(List.of(file("a", GATED, """
                - route:
                    id: reading
                    from:
                      uri: direct:reading
                      steps: [ %s ]
                """.formatted(steps))));
        var endpoint = context.getEndpoint("direct:reading");
        var producer = endpoint.createAsyncProducer();
        producer.start();

        var reads = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < 3000; i++) {
                producer.process(endpoint.createExchange(), doneSync -> { });
            }
        });

        assertThat(reads.join(Duration.ofSeconds(10))).isTrue();
        gate.countDown();
    }

    /** The bound on records in flight does not know of them: a record is let go of when it is gathered. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theThreadThatReadsWaitsForWhatIsGatheredForAnythingButABulk(boolean parallel) throws Exception {
        context.getShutdownStrategy().setTimeout(1);
        routes.start(List.of(file("a", GATED, """
                - route:
                    id: reading
                    from:
                      uri: direct:reading
                      steps:
                        - aggregate:
                            aggregationStrategy: "#class:org.apache.camel.processor.aggregate.GroupedBodyAggregationStrategy"
                            correlationExpression: { constant: x }
                            completionSize: 1
                            parallelProcessing: %s
                            steps:
                              - to: direct:gated
                """.formatted(parallel))));
        var endpoint = context.getEndpoint("direct:reading");
        var producer = endpoint.createProducer();
        producer.start();
        var read = new AtomicInteger();

        var reads = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < 3000; i++) {
                var exchange = endpoint.createExchange();
                exchange.getMessage().setBody(i);
                try {
                    producer.process(exchange);
                } catch (Exception e) {
                    return;
                }
                read.incrementAndGet();
            }
        });

        await().until(() -> !reads.isAlive() || reads.getState() == Thread.State.WAITING && read.get() >= 1000);
        assertThat(read.get()).isBetween(1000, 1100);
        gate.countDown();
        assertThat(reads.join(Duration.ofSeconds(10))).isTrue();
        assertThat(read).hasValue(3000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{ threads: { poolSize: 1, maxPoolSize: 1 } }, { process: { ref: gate } }",
            "{ wireTap: { uri: \"direct:gated\" } }", "{ delay: { constant: \"60000\" } }",
            "{ throttle: { constant: \"1\", timePeriodMillis: \"60000\", asyncDelayed: true } }"})
    void whatWaitsForAThreadWhenItsRouteIsReplacedIsNotStranded(String steps) throws Exception {
        routes.start(List.of(file("a", "- route: { id: reading, from: { uri: \"direct:reading\", steps: [ " + steps + " ] } }\n"),
                file("b", GATED)));
        var deliveries = new ArrayList<Delivery>();
        try (var template = context.createFluentProducerTemplate()) {
            for (int i = 0; i < 50; i++) {
                var delivery = new Delivery(record(), 0, _ -> { });
                deliveries.add(delivery);
                template.to("direct:reading").withProcessor(exchange -> {
                    exchange.setProperty(Delivery.PROPERTY, delivery);
                    exchange.getExchangeExtension().addOnCompletion(
                            new DeliveryRelease(delivery, (_, reason) -> deadLetters.add(reason.message())));
                }).asyncSend();
            }
            await().until(() -> context.getInflightRepository().size() >= 10);

            routes.take(List.of(file("a", answer("reading", "changed")), file("b", GATED)));
            gate.countDown();

            await().until(() -> deliveries.stream().allMatch(Delivery::isSettled));
        }
        assertThat(deadLetters).isNotEmpty();
    }

    /** Their records have been let go of when they were gathered, so nothing else tells. */
    @Test
    void groupsOfAnythingButABulkThatAreLostWithTheirRouteAreTold() throws Exception {
        routes.start(List.of(file("a", """
                - route:
                    id: gathering
                    from:
                      uri: direct:gathering
                      steps:
                        - aggregate:
                            aggregationStrategy: "#class:org.apache.camel.processor.aggregate.GroupedBodyAggregationStrategy"
                            correlationExpression: { constant: x }
                            completionSize: 1
                            steps: [ { to: "direct:gated" }, { to: "direct:one" } ]
                """), file("b", GATED, answer("one", "1"))));
        try (var template = context.createFluentProducerTemplate(); var log = new LogLines(RoutePools.class)) {
            for (int i = 0; i < 5; i++) {
                template.to("direct:gathering").withBody(i).send();
            }

            routes.take(List.of(file("b", GATED, answer("one", "1"))));

            assertThat(log.lines()).singleElement().asString().startsWith("4 groups");
        }
        assertThat(deadLetters).isEmpty();
    }

    /** Camel's maximum of 20 has no meaning for a queue without a bound. */
    @Test
    void threadsAreAsManyAsTheRouteSays() throws Exception {
        var meeting = new CyclicBarrier(31);
        context.getRegistry().bind("meeting", (Processor) exchange -> meeting.await(10, TimeUnit.SECONDS));
        routes.start(List.of(file("a", """
                - route:
                    id: one
                    from:
                      uri: direct:one
                      steps:
                        - threads: { poolSize: 30 }
                        - process: { ref: meeting }
                """)));
        assertThat(routes.faults()).isEmpty();

        try (var template = context.createFluentProducerTemplate()) {
            for (int i = 0; i < 30; i++) {
                template.to("direct:one").asyncSend();
            }
            assertThatCode(() -> meeting.await(10, TimeUnit.SECONDS)).doesNotThrowAnyException();
        }
    }
}

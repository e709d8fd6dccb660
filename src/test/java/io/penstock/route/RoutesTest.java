package io.penstock.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.delivery.Delivery;
import io.penstock.delivery.InFlight;
import io.penstock.source.DeadLetterTopics;
import io.penstock.source.fed.FedClientFactory;
import io.penstock.source.fed.Feeds;
import io.penstock.source.fed.GroupCommit;
import io.penstock.route.check.Vocabulary;
import io.penstock.sink.Backoff;
import io.penstock.sink.BulkBatch;
import io.penstock.sink.BulkSettings;
import io.penstock.sink.BulkStrategy;
import io.penstock.sink.Recorder;
import io.penstock.sink.SinkComponent;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.component.kafka.DefaultKafkaClientFactory;
import org.apache.camel.component.kafka.KafkaClientFactory;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.DefaultShutdownStrategy;
import org.apache.camel.support.DefaultRegistry;
import org.apache.camel.support.SimpleRegistry;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.assertj.core.api.SoftAssertions;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What runs after a change of files, on a real Camel context without Kafka. */
class RoutesTest {

    private static final String GATED = """
            - route:
                id: gated
                from:
                  uri: direct:gated
                  steps:
                    - process: { ref: gate }
            """;
    private static final String IDED = "- route: { id: %s, from: { uri: \"direct:%s\", steps: [ %s ] } }\n";

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final InFlight inFlight = new InFlight(100, 10_000);
    private final List<String> deadLetters = new CopyOnWriteArrayList<>();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final CountDownLatch gate = new CountDownLatch(1);
    private Routes routes;

    @BeforeEach
    void start() {
        var penstocks = new SimpleRegistry();
        penstocks.bind("bulk", new BulkStrategy());
        penstocks.bind("gate", (Processor) exchange -> gate.await());
        context.getCamelContextExtension().setRegistry(new DefaultRegistry(penstocks));
        context.getPropertiesComponent().addInitialProperty("known", "value");
        context.start();
        routes = new Routes(context, config("pull"), (delivery, reason) -> {
            deadLetters.add(reason.message());
            failures.add(reason.exception());
        }, inFlight, metrics);
    }

    private static RoutesConfig config(String source) {
        return new SmallRyeConfigBuilder().withConverter(Duration.class, 200, new DurationConverter())
                .withMapping(RoutesConfig.class).withDefaultValue("penstock.source", source).build().getConfigMapping(RoutesConfig.class);
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void changedRouteIsReplacedAndTheOthersOfItsFileAreNotTouched() {
        routes.start(List.of(file("a", answer("one", "1"), answer("two", "2"))));
        Route two = context.getRoute("two");

        routes.take(List.of(file("a", answer("one", "changed"), "# a comment\n" + answer("two", "2"))));

        assertThat(ask("one")).isEqualTo("changed");
        assertThat(context.getRoute("two")).isSameAs(two);
        assertThat(routes.faults()).isEmpty();
        assertThat(reloads("taken")).isEqualTo(1);
    }

    @Test
    void routeIsAddedToAndRemovedFromAFileWithOthers() {
        routes.start(List.of(file("a", answer("one", "1"))));
        Route one = context.getRoute("one");

        routes.take(List.of(file("a", answer("one", "1"), answer("two", "2"))));
        assertThat(ask("two")).isEqualTo("2");
        routes.take(List.of(file("a", answer("one", "1"))));

        assertThat(ids()).containsExactly("one");
        assertThat(context.getRoute("one")).isSameAs(one);
        assertThat(context.getRouteDefinitions()).hasSize(1);
    }

    @Test
    void fileIsAddedBesideOthersAndRemoved() {
        routes.start(List.of(file("a", answer("one", "1"), answer("two", "2"))));
        Route one = context.getRoute("one");

        routes.take(List.of(file("a", answer("one", "1"), answer("two", "2")), file("b", answer("three", "3"))));
        assertThat(ask("three")).isEqualTo("3");
        routes.take(List.of(file("a", answer("one", "1"), answer("two", "2"))));

        assertThat(ids()).containsExactly("one", "two");
        assertThat(context.getRoute("one")).isSameAs(one);
    }

    @Test
    void routeMovesToAnotherFile() {
        routes.start(List.of(file("a", answer("one", "1"), answer("two", "2"))));

        routes.take(List.of(file("a", answer("one", "1")), file("b", answer("two", "moved"))));

        assertThat(ask("two")).isEqualTo("moved");
        assertThat(routes.faults()).isEmpty();
        assertThat(routes.states()).extracting(RouteState::id, RouteState::file)
                .containsExactly(Tuple.tuple("one", "/r/a.camel.yaml"),
                        Tuple.tuple("two", "/r/b.camel.yaml"));
    }

    @Test
    void secondRouteOfTheSameIdIsRefusedAndTakenWhenTheFirstGoes() {
        routes.start(List.of(file("b", answer("one", "first"))));

        routes.take(List.of(file("a", answer("one", "newcomer")), file("b", answer("one", "first"))));
        assertThat(ask("one")).isEqualTo("first");
        assertThat(routes.faults()).singleElement().satisfies(fault -> {
            assertThat(fault.file()).isEqualTo("/r/a.camel.yaml");
            assertThat(fault.message()).contains("route one").contains("/r/b.camel.yaml");
            assertThat(fault.running()).isTrue();
        });

        routes.take(List.of(file("a", answer("one", "newcomer"))));
        assertThat(ask("one")).isEqualTo("newcomer");
        assertThat(routes.faults()).isEmpty();
    }

    @Test
    void badEditsLeaveWhatRunsAloneAndTellWhere() {
        var good = file("a", answer("one", "1"));
        routes.start(List.of(good));
        Route one = context.getRoute("one");
        var bad = Map.of(
                "- route:\n    id: one\n    from: [", 3,
                "- route:\n    id: one\n    from:\n      uri: direct:one\n      steps:\n        - fliter: {}\n", 6,
                "- route:\n    id: one\n    from:\n      uri: direct:one\n      steps:\n        - process: { ref: nobody }\n", 6,
                "- route:\n    id: one\n    from:\n      uri: direct:one?foo=bar\n      steps:\n        - setBody: { constant: x }\n", 4,
                "- route:\n    id: one\n    from:\n      uri: direct:one\n      steps:\n        - to: nosuch:component\n", 6,
                "- route:\n    id: one\n    from:\n      uri: direct:one\n      steps:\n        - to: seda:one\n", 6,
                "- route:\n    id: one\n    from:\n      uri: direct:one\n      steps:\n        - to: direct:{{unknown}}\n", 6,
                "# nothing\n", 1,
                "- beans:\n    - name: c\n      type: io.penstock.convert.FieldConversion\n      properties: { fields: 'a: { type: nmuber }' }\n"
                        + answer("one", "1"), 4,
                "- routeConfiguration:\n    id: x\n" + answer("one", "1"), 1);

        var softly = new SoftAssertions();
        bad.forEach((text, line) -> {
            routes.take(List.of(file("a", text)));

            assertThat(routes.faults()).as(text).singleElement().satisfies(fault -> {
                softly.assertThat(fault.line()).as(fault.message()).isEqualTo(line);
                assertThat(fault.running()).isTrue();
            });
            assertThat(context.getRoute("one")).as(text).isSameAs(one);
            assertThat(metrics.get("penstock.routes.faults").gauge().value()).isEqualTo(1);
        });
        softly.assertAll();
        assertThat(ask("one")).isEqualTo("1");

        routes.take(List.of(good));
        assertThat(routes.faults()).isEmpty();
        assertThat(context.getRoute("one")).isSameAs(one);
    }

    @ParameterizedTest
    @ValueSource(strings = { "completionPredicate", "completionSizeExpression", "completionTimeoutExpression" })
    void completionThatWouldSeeTheBulkAndNotTheRecordIsRefused(String option) {
        var aggregate = """
                - beans:
                    - name: own
                      type: io.penstock.sink.BulkStrategy
                - route:
                    id: one
                    from:
                      uri: direct:one
                      steps:
                        - aggregate:
                            aggregationStrategy: "#own"
                            correlationExpression: { constant: all }
                            completionSize: 10
                            %s: { simple: "${body[last]} == true" }
                            steps:
                              - setBody: { constant: x }
                """.formatted(option);
        routes.start(List.of(file("a", aggregate)));
        assertThat(routes.faults()).singleElement()
                .satisfies(fault -> assertThat(fault.message()).contains(option, "eagerCheckCompletion: true"));

        routes.take(List.of(file("a", aggregate.replace("completionSize: 10",
                "completionSize: 10\n            eagerCheckCompletion: true"))));
        assertThat(routes.faults()).isEmpty();
    }

    @Test
    void badEditDoesNotReplaceTheBeansThatRun() {
        routes.start(List.of(file("a", conversion("c", "a: { type: integer }"), convert("one", "c"))));

        routes.take(List.of(file("a", conversion("c", "b: { type: integer }"), convert("one", "c"), answer("two", "{{unknown}}"))));

        assertThat(routes.faults()).hasSize(1);
        assertThat(askWith("one", Map.of("a", "7"))).hasToString("{a=7}");
        assertThat(context.getRegistry().lookupByName("c")).isNotNull();
    }

    @Test
    void changedBeanReplacesTheRoutesOfItsFile() {
        routes.start(List.of(file("a", conversion("c", "a: { type: integer }"), convert("one", "c"))));

        routes.take(List.of(file("a", conversion("c", "b: { type: integer }"), convert("one", "c"))));

        assertThat(routes.faults()).isEmpty();
        assertThat(askWith("one", Map.of("b", "7"))).hasToString("{b=7}");
    }

    @Test
    void beansBelongToTheirFile() {
        routes.start(List.of(file("a", conversion("c", "a: { type: integer }"), convert("one", "c"))));

        routes.take(List.of(file("a", conversion("c", "a: { type: integer }"), convert("one", "c")), file("b", convert("two", "c")),
                file("d", conversion("c", "x: {}"), convert("three", "c")), file("e", conversion("bulk", "x: {}"), convert("four", "bulk"))));

        assertThat(ids()).containsExactly("one");
        assertThat(routes.faults()).extracting(RouteFault::message).satisfiesExactly(
                unknown -> assertThat(unknown).contains("c"),
                second -> assertThat(second).contains("bean c in /r/a.camel.yaml"),
                penstocks -> assertThat(penstocks).contains("Penstock itself has a bean bulk"));
    }

    @Test
    void routeThatDoesNotStartBringsThePreviousVersionBack() {
        routes.start(List.of(file("a", conversion("c", "a: { type: integer }"), convert("one", "c"), answer("two", "2"))));

        routes.take(List.of(file("a", conversion("c", "b: { type: integer }"), convert("one", "c"), doesNotStart("two"))));

        assertThat(routes.faults()).singleElement().satisfies(fault -> {
            assertThat(fault.message()).contains("completion");
            assertThat(fault.running()).isTrue();
        });
        assertThat(askWith("one", Map.of("a", "7"))).hasToString("{a=7}");
        assertThat(ask("two")).isEqualTo("2");
        assertThat(reloads("restored")).isEqualTo(1);
        assertThat(context.getRouteDefinitions()).hasSize(2);

        routes.take(List.of(file("a", answer("one", "good"))));
        assertThat(ask("one")).isEqualTo("good");
        assertThat(routes.faults()).isEmpty();
    }

    @Test
    void changesOfOtherFilesDoNotTouchWhatWasBroughtBack() {
        var bad = file("a", doesNotStart("one"));
        routes.start(List.of(file("a", answer("one", "1")), file("b", answer("two", "2"))));
        routes.take(List.of(bad, file("b", answer("two", "2"))));
        Route one = context.getRoute("one");

        routes.take(List.of(bad, file("b", answer("two", "changed"))));

        assertThat(context.getRoute("one")).isSameAs(one);
        assertThat(ask("two")).isEqualTo("changed");
        assertThat(routes.faults()).singleElement().satisfies(fault -> assertThat(fault.message()).contains("completion"));

        routes.take(List.of(file("a", answer("one", "1")), file("b", answer("two", "changed"))));
        assertThat(context.getRoute("one")).isSameAs(one);
        assertThat(routes.faults()).isEmpty();
    }

    @Test
    void movingRouteThatDoesNotStartStaysUntilOneOfItsFilesChanges() {
        routes.start(List.of(file("a", answer("one", "1"), answer("two", "2"))));
        var without = file("a", answer("one", "1"));
        routes.take(List.of(without, file("b", doesNotStart("two"))));
        Route two = context.getRoute("two");

        routes.take(List.of(without, file("b", doesNotStart("two")), file("c", answer("three", "3"))));
        assertThat(context.getRoute("two")).isSameAs(two);
        assertThat(ask("three")).isEqualTo("3");

        routes.take(List.of(without, file("b", answer("two", "moved")), file("c", answer("three", "3"))));
        assertThat(ask("two")).isEqualTo("moved");
        assertThat(routes.faults()).isEmpty();
    }

    @Test
    void renamedFileWhoseRouteDoesNotStartRunsOnUnderItsOldName() {
        routes.start(List.of(file("a", answer("one", "1"))));
        routes.take(List.of(file("b", doesNotStart("one"))));
        Route one = context.getRoute("one");

        routes.take(List.of(file("b", doesNotStart("one")), file("c", answer("three", "3"))));

        assertThat(context.getRoute("one")).isSameAs(one);
        assertThat(ask("one")).isEqualTo("1");
    }

    @Test
    void fileThatIsBadAtTheStartIsMissingUntilItIsGood() {
        routes.start(List.of(file("a", "- route: ["), file("b", answer("two", "2"))));
        assertThat(routes.faults()).singleElement().satisfies(fault -> assertThat(fault.running()).isFalse());
        assertThat(ask("two")).isEqualTo("2");

        routes.take(List.of(file("a", "- route: {"), file("b", answer("two", "2"))));
        assertThat(routes.faults()).singleElement().satisfies(fault -> assertThat(fault.running()).isFalse());

        routes.take(List.of(file("a", answer("one", "1")), file("b", answer("two", "2"))));
        assertThat(routes.faults()).isEmpty();
        assertThat(ask("one")).isEqualTo("1");
    }

    @Test
    void aRouteWithASettingInItsIdIsChangedAndRemoved() {
        var named = "- route:\n    id: \"{{known}}-errors\"\n    from:\n      uri: direct:one\n      steps:\n"
                + "        - setBody: { constant: \"%s\" }\n";
        routes.start(List.of(file("a", named.formatted("1")), file("b", answer("two", "2"))));

        routes.take(List.of(file("a", named.formatted("changed")), file("b", answer("two", "changed"))));
        assertThat(ask("one")).isEqualTo("changed");
        assertThat(ask("two")).isEqualTo("changed");
        assertThat(ids()).containsExactly("two", "value-errors");

        routes.take(List.of(file("b", answer("two", "2"), answer("value-errors", "3"))));
        assertThat(ask("value-errors")).isEqualTo("3");
        assertThat(ids()).containsExactly("two", "value-errors");
        assertThat(routes.faults()).isEmpty();
    }

    @Test
    void aFileThatCanNotBeReadIsAFaultAndWhatRanOfItGoesOn() {
        var unreadable = new RouteSource("file:/r/a.camel.yaml", new byte[0], "java.nio.file.AccessDeniedException");
        routes.start(List.of(file("a", answer("one", "1")), file("b", answer("two", "2"))));

        routes.take(List.of(unreadable, file("b", answer("two", "changed"))));

        assertThat(ask("one")).isEqualTo("1");
        assertThat(ask("two")).isEqualTo("changed");
        assertThat(routes.faults()).singleElement().satisfies(fault -> {
            assertThat(fault.place()).isEqualTo("/r/a.camel.yaml");
            assertThat(fault.message()).contains("can't be read", "AccessDenied");
            assertThat(fault.running()).isTrue();
        });
    }

    @Test
    void anIdThatStandsTwiceInAFileIsRefusedAlsoInAChange() {
        var x = "{ log: { id: x, message: x } }";
        var one = IDED.formatted("one", "one", x);
        routes.start(List.of(file("a", one)));

        // Camel itself compares what it starts together: it would take this, and after a restart refuse it.
        routes.take(List.of(file("a", one, IDED.formatted("two", "two", x))));
        assertThat(routes.faults()).singleElement().satisfies(fault -> {
            assertThat(fault.message()).contains("there is an id x already");
            assertThat(fault.line()).isEqualTo(2);
        });
        assertThat(ids()).containsExactly("one");

        for (String steps : List.of(x + ", " + x, x + ", { filter: { simple: \"true\", steps: [ " + x + " ] } }",
                x.replace("id: x", "id: one"))) {
            assertThatThrownBy(() -> reader().read(file("a", IDED.formatted("one", "one", steps)))).as(steps)
                    .hasMessageContaining("rename one");
        }
        assertThatCode(() -> reader().read(file("a", "- onException: { exception: [ java.lang.Exception ], steps: [ " + x + " ] }\n", one)))
                .doesNotThrowAnyException();
    }

    /** As the native image makes of a class that it has only in part. */
    public static final class Unlinkable {

        static {
            refuse();
        }

        private static void refuse() {
            throw new IllegalStateException("not in this executable");
        }
    }

    @Test
    void aBeanWhoseClassCanNotBeUsedIsAFaultOfItsFile() {
        var bad = "- beans: [ { name: bad, type: " + Unlinkable.class.getName() + " } ]\n" + answer("one", "1");
        routes.start(List.of(file("a", bad), file("b", answer("two", "2"))));

        assertThat(ids()).containsExactly("two");
        assertThat(routes.faults()).singleElement().satisfies(fault -> assertThat(fault.message()).contains("not in this executable"));
        routes.take(List.of(file("a", "# again\n" + bad), file("b", answer("two", "changed"))));
        assertThat(ask("two")).isEqualTo("changed");
        assertThat(routes.faults()).hasSize(1);
    }

    @Test
    void aPatternOfTopicsThatIsNoneIsAFaultOfItsFile() {
        pushMode();
        routes.start(List.of(file("a", reader("one", "tr(?topicIsPattern=true&groupId=x")), file("b", reader("two", "trade"))));

        assertThat(ids()).containsExactly("two");
        assertThat(routes.faults()).singleElement().satisfies(fault -> assertThat(fault.message()).contains("tr("));
    }

    @Test
    void whatNobodyExpectedOfOneFileIsItsFaultAndTheOthersAreTakenIn() {
        routes.start(List.of(file("a", answer("one", "1")), file("b", answer("two", "2"))));
        context.setShutdownStrategy(new DefaultShutdownStrategy(context) {
            private boolean isAsked;

            @Override
            public long getTimeout() {
                if (isAsked) {
                    return 1;
                }
                isAsked = true;
                throw new IllegalStateException("nobody expected it");
            }
        });

        routes.take(List.of(file("a", answer("one", "changed")), file("b", answer("two", "changed"))));
        assertThat(ask("one")).isEqualTo("1");
        assertThat(ask("two")).isEqualTo("changed");
        assertThat(routes.faults()).singleElement().satisfies(fault -> {
            assertThat(fault.file()).isEqualTo("/r/a.camel.yaml");
            assertThat(fault.message()).contains("nobody expected it");
            assertThat(fault.running()).isTrue();
        });

        routes.take(List.of(file("a", answer("one", "changed")), file("b", answer("two", "2"))));
        assertThat(ask("one")).isEqualTo("changed");
        assertThat(routes.faults()).isEmpty();
    }

    @Test
    void whatWouldBeOfAllFilesIsRefusedAndTheOthersKeepTheirDeadLetters() {
        var failing = """
                - route:
                    id: failing
                    from:
                      uri: direct:failing
                      steps:
                        - throwException: { exceptionType: java.lang.IllegalStateException, message: broken }
                """;
        var delivery = new Delivery(record(), 0, _ -> { });
        routes.start(List.of(file("a", "- errorHandler: { deadLetterChannel: { deadLetterUri: \"log:bad\" } }\n", answer("one", "1")),
                file("b", failing), file("c", "- dataFormats: [ { json: { id: mine } } ]\n", answer("three", "3"))));

        context.createFluentProducerTemplate().to("direct:failing").withProcessor(exchange -> {
            exchange.setProperty(Delivery.PROPERTY, delivery);
            exchange.getExchangeExtension().addOnCompletion(
                    new DeliveryRelease(delivery, (_, reason) -> deadLetters.add(reason.message())));
        }).send();

        assertThat(deadLetters).containsExactly("broken");
        assertThat(ids()).containsExactly("failing");
        assertThat(routes.faults()).extracting(RouteFault::place).containsExactly("/r/a.camel.yaml:1:3", "/r/c.camel.yaml:1:3");
        assertThat(routes.faults()).extracting(RouteFault::message).satisfiesExactly(
                handler -> assertThat(handler).contains("errorHandler is refused", "of all files", "onException"),
                formats -> assertThat(formats).contains("dataFormats is refused", "of all files"));
    }

    @Test
    void aRouteHasAnErrorHandlerOfItsOwn() {
        routes.start(List.of(file("a", """
                - route:
                    id: one
                    errorHandler: { deadLetterChannel: { deadLetterUri: "direct:bad" } }
                    from:
                      uri: direct:one
                      steps:
                        - throwException: { exceptionType: java.lang.IllegalStateException, message: broken }
                """, answer("bad", "handled"))));

        assertThat(routes.faults()).isEmpty();
        assertThat(ask("one")).isEqualTo("handled");
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

    @Test
    void stepsThatTheDocsDoNotListAreRefused() {
        var step = "{ idempotentConsumer: { simple: \"${header.id}\", idempotentRepository: \"#seen\", steps: [ { log: x } ] } }";
        var beans = """
                - beans:
                    - name: seen
                      type: org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository
                """;
        var from = "- route:\n    from:\n      uri: direct:one\n      steps:\n        - ";
        for (String place : List.of(from + step, from + "split: { simple: \"${body}\", steps: [ " + step + " ] }",
                from + "choice: { when: [ { simple: \"true\", steps: [ " + step + " ] } ] }",
                from + "choice: { when: [ { simple: \"true\", steps: [ { log: x } ] } ], otherwise: { steps: [ " + step + " ] } }",
                from + "doTry: { steps: [ { log: x } ], doCatch: [ { exception: [ java.lang.Exception ], steps: [ " + step + " ] } ] }",
                from + "doTry: { steps: [ { log: x } ], doFinally: { steps: [ " + step + " ] } }",
                "- onException: { exception: [ java.lang.Exception ], steps: [ " + step + " ] }\n" + answer("one", "1"))) {
            assertThatThrownBy(() -> reader().read(file("a", beans, place)), place).hasMessageContaining("idempotentConsumer is refused")
                    .hasMessageContaining("its own document");
        }
        assertThatThrownBy(() -> reader().read(file("a", "- intercept: { steps: [ { log: x } ] }\n", answer("one", "1"))))
                .hasMessageContaining("intercept");
    }

    @Test
    void everyStepThatTheDocsListIsTakenIn() {
        Vocabulary.routes().forEach((name, text) -> assertThatCode(() -> reader().read(file("a", text))).as(name).doesNotThrowAnyException());
    }

    private RouteReader reader() {
        return new RouteReader(context, new DeclaredBeans(), new RouteDefaults((delivery, reason) -> { }));
    }

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
        var told = new CopyOnWriteArrayList<String>();
        var handler = new Handler() {

            @Override
            public void publish(LogRecord line) {
                told.add(new SimpleFormatter().formatMessage(line));
            }

            @Override
            public void flush() {
            }

            @Override
            public void close() {
            }
        };
        var log = Logger.getLogger(RoutePools.class.getName());
        log.addHandler(handler);
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
        for (int i = 0; i < 5; i++) {
            gathered("any");
        }

        routes.take(List.of(file("b", GATED, answer("one", "1"))));
        log.removeHandler(handler);

        assertThat(told).singleElement().asString().startsWith("4 groups");
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

    @Test
    void aRouteThatIsReplacedGivesUpItsPartitionsOnAThreadThatNobodyInterrupts() throws Exception {
        var feeds = new Feeds(new DeadLetterTopics("kafka:{topic}.dead-letters"));
        var interrupted = new CompletableFuture<Boolean>();
        context.setShutdownStrategy(new Stopping(context));
        var clients = new FedClientFactory(feeds, new GroupCommit(inFlight, () -> { }, Duration.ZERO));
        pushMode(new DefaultKafkaClientFactory() {
            @Override
            public Consumer<?, ?> getConsumer(Properties properties) {
                return draining(clients.getConsumer(properties), interrupted);
            }
        });
        routes.start(List.of(file("a", """
                - route:
                    id: reading
                    from:
                      uri: kafka:t
                      steps:
                        - aggregate:
                            aggregationStrategy: "#class:org.apache.camel.processor.aggregate.UseLatestAggregationStrategy"
                            correlationExpression: { constant: x }
                            completionSize: 1
                            steps:
                              - process: { ref: gate }
                """)));
        var delivery = new Delivery(record(), 0, _ -> { });
        feeds.feed(delivery);
        await().until(delivery::isSettled);

        routes.take(List.of(file("a", answer("reading", "changed"))));
        gate.countDown();

        assertThat(interrupted.get(10, TimeUnit.SECONDS)).isFalse();
    }

    /** When its time is up, Camel stops a consumer on two threads at once: here the one that it has interrupted always comes first. */
    private static final class Stopping extends DefaultShutdownStrategy {

        private final Thread reloads = Thread.currentThread();

        private Stopping(CamelContext context) {
            super(context);
        }

        @Override
        protected void shutdownNow(String routeId, org.apache.camel.Consumer consumer) {
            if (Thread.currentThread() == reloads) {
                LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
            }
            super.shutdownNow(routeId, consumer);
        }
    }

    /** A consumer that takes its time to give up its partitions, and tells whether somebody did not let it. */
    private static Consumer<?, ?> draining(Consumer<?, ?> consumer, CompletableFuture<Boolean> interrupted) {
        return (Consumer<?, ?>) Proxy.newProxyInstance(RoutesTest.class.getClassLoader(), new Class<?>[] {Consumer.class},
                (_, method, arguments) -> {
                    if (method.getName().equals("unsubscribe")) {
                        LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
                        interrupted.complete(Thread.currentThread().isInterrupted());
                    }
                    try {
                        return method.invoke(consumer, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void whatAStoppedRouteDidNotTakeInIsTheNextOnes() throws Exception {
        var feeds = new Feeds(new DeadLetterTopics("kafka:{topic}.dead-letters"));
        pushMode(new FedClientFactory(feeds, new GroupCommit(inFlight, () -> { }, Duration.ZERO)));
        context.getComponent("kafka", KafkaComponent.class).getConfiguration().setShutdownTimeout(200);
        var read = new CopyOnWriteArrayList<String>();
        context.getRegistry().bind("stuck", (Processor) _ -> {
            while (gate.getCount() > 0) {
                LockSupport.parkNanos(1_000_000);
            }
        });
        context.getRegistry().bind("read", (Processor) exchange -> read.add(exchange.getMessage().getBody(String.class)));
        var reading = "- route: { id: reading, from: { uri: \"kafka:t\", steps: [ { process: { ref: stuck } }, { process: { ref: read } } ] } }\n";
        var deliveries = new ArrayList<Delivery>();
        for (String value : List.of("one", "two", "three")) {
            var delivery = new Delivery(new ConsumerRecord<>("t", 0, deliveries.size(), null, value.getBytes(StandardCharsets.UTF_8)), 0,
                    _ -> { });
            deliveries.add(delivery);
            feeds.feed(delivery);
        }
        routes.start(List.of(file("a", reading)));
        await().until(() -> !deliveries.getFirst().route().isEmpty());

        routes.take(List.of(file("a", reading.replace("{ process: { ref: stuck } }, ", ""))));
        gate.countDown();

        await().until(() -> deliveries.stream().allMatch(Delivery::isSettled));
        assertThat(read).containsExactly("two", "three");
        assertThat(deadLetters).as("of the one it was busy with").hasSizeLessThanOrEqualTo(1);
    }

    /** It would be the end of the thread otherwise, without a word. */
    @ParameterizedTest
    @ValueSource(strings = {"{ filter: { simple: \"${body} regex '(.|x)*y'\", steps: [ { log: x } ] } }",
            "{ process: { ref: overflowing } }", "{ process: { ref: unlinked } }",
            "{ doTry: { steps: [ { process: { ref: overflowing } } ], doFinally: { steps: [ { log: x } ] } } }",
            "{ split: { constant: \"one\", steps: [ { process: { ref: overflowing } } ] } }",
            "{ multicast: { parallelProcessing: true, steps: [ { process: { ref: overflowing } } ] } }",
            "{ threads: {} }, { process: { ref: overflowing } }",
            "{ process: { ref: document } }, { aggregate: { aggregationStrategy: \"#own\", correlationExpression: { constant: x }, completionSize: 1, "
                    + "steps: [ { process: { ref: overflowing } } ] } }"})
    void anErrorInAStepMakesItsRecordADeadLetterAndReadingGoesOn(String steps) {
        var feeds = new Feeds(new DeadLetterTopics("kafka:{topic}.dead-letters"));
        pushMode(new FedClientFactory(feeds, new GroupCommit(inFlight, () -> { }, Duration.ZERO)));
        var recorder = new Recorder(new BulkSettings(1000, Duration.ofSeconds(1), 1, new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(1))));
        context.getRegistry().bind("own", new BulkStrategy(recorder));
        context.getRegistry().bind("document", (Processor) exchange -> exchange.getMessage().setBody(Map.of("a", 1)));
        context.getRegistry().bind("overflowing", (Processor) exchange -> overflow(bytes(exchange)));
        context.getRegistry().bind("unlinked", (Processor) exchange -> {
            if (bytes(exchange) > 100) {
                throw new NoClassDefFoundError();
            }
        });
        context.getShutdownStrategy().setTimeout(1);
        var deliveries = Stream.of("x".repeat(50_000), "y", "x".repeat(50_000), "y").map(value -> new Delivery(
                new ConsumerRecord<>("t", 0, 0, null, value.getBytes(StandardCharsets.UTF_8)), 0, _ -> { })).toList();
        deliveries.forEach(feeds::feed);

        routes.start(List.of(file("a", "- route: { id: reading, from: { uri: \"kafka:t\", steps: [ " + steps + " ] } }\n")));

        await().until(() -> deliveries.stream().allMatch(Delivery::isSettled));
        var reasons = new ArrayList<>(failures);
        recorder.take().forEach(output -> {
            if (output instanceof Recorder.Output.Letter letter) {
                reasons.add(letter.reason().exception());
            }
        });
        assertThat(reasons).hasSize(2).allMatch(reason -> reason.matches(".*(Error|CamelExecutionException)"));
        assertThat(context.getInflightRepository().size()).isZero();
    }

    private static int bytes(Exchange exchange) {
        var delivery = exchange.getMessage().getBody() instanceof BulkBatch batch ? batch.documents().getFirst().delivery()
                : exchange.getProperty(Delivery.PROPERTY, Delivery.class);
        return delivery.record().value().length;
    }

    private static int overflow(int bytes) {
        return bytes > 100 ? 1 + overflow(bytes) : 0;
    }

    @Test
    void aQueueThatTheThreadThatReadsWouldRunIntoIsRefused() {
        assertThatThrownBy(() -> reader().read(file("a", """
                - route:
                    from:
                      uri: direct:one
                      steps:
                        - threads: { maxQueueSize: 10 }
                """))).hasMessageContaining("maxQueueSize is refused");
        for (String step : List.of("multicast: { timeout: 100, steps: [ { log: x } ] }",
                "recipientList: { timeout: 100, constant: \"log:x\" }",
                "split: { timeout: 100, simple: \"${body}\", steps: [ { log: x } ] }")) {
            assertThatThrownBy(() -> reader().read(file("a", "- route:\n    from:\n      uri: direct:one\n      steps:\n        - " + step)))
                    .hasMessageContaining("timeout is refused");
        }
    }

    @Test
    void partsThatWouldGoOnWhileTheRecordIsLetGoOfAreRefused() {
        for (String step : List.of("multicast: { %s, steps: [ { log: x } ] }", "recipientList: { %s, constant: \"log:x\" }",
                "split: { %s, simple: \"${body}\", steps: [ { log: x } ] }")) {
            var text = "- route:\n    from:\n      uri: direct:one\n      steps:\n        - " + step;
            assertThatThrownBy(() -> reader().read(file("a", text.formatted("parallelProcessing: true, stopOnException: \"{{absent:true}}\""))))
                    .hasMessageContaining("stopOnException is refused");
            assertThatThrownBy(() -> reader().read(file("a", text.formatted("executorService: \"#threads\", stopOnException: true"))))
                    .hasMessageContaining("stopOnException is refused");
            assertThatCode(() -> reader().read(file("a", text.formatted("parallelProcessing: false, stopOnException: true"))))
                    .doesNotThrowAnyException();
            assertThatCode(() -> reader().read(file("a", text.formatted("parallelProcessing: true")))).doesNotThrowAnyException();
        }
    }

    @Test
    void routesWithoutIdsAreNamedAfterTheirFile() {
        routes.start(List.of(file("a", "- from:\n    uri: direct:x\n    steps:\n      - setBody: { constant: x }\n",
                "- from:\n    uri: direct:y\n    steps:\n      - setBody: { constant: y }\n")));

        assertThat(ids()).containsExactly("a", "a-2");
    }

    @Test
    void manyEditsLeaveNothingBehind() {
        routes.start(List.of(file("a", answer("one", "0"))));
        routes.take(List.of(file("a", answer("one", "1"))));
        int services = services();
        int endpoints = context.getEndpoints().size();
        for (int i = 2; i < 30; i++) {
            routes.take(List.of(file("a", answer("one", String.valueOf(i)), answer("other" + i, "x"))));
            routes.take(List.of(file("a", answer("one", String.valueOf(i)), answer("bad", "{{unknown}}"))));
        }
        routes.take(List.of(file("a", answer("one", "last"))));

        assertThat(ask("one")).isEqualTo("last");
        assertThat(services()).isLessThanOrEqualTo(services + 1);
        assertThat(context.getEndpoints().stream().map(Endpoint::getEndpointUri)).hasSizeLessThanOrEqualTo(endpoints + 2);
    }

    @Test
    void faultsTellNoSecrets() {
        var source = file("a", "x");
        var fault = RouteFault.of(source, new IllegalArgumentException("no http://h/x?password=geheim&a=1"), true);
        assertThat(fault.message()).doesNotContain("geheim");
        assertThat(fault.since()).isBeforeOrEqualTo(Instant.now());
    }

    private static ConsumerRecord<byte[], byte[]> record() {
        return new ConsumerRecord<>("t", 0, 1, null, new byte[0]);
    }

    private int services() {
        return context.getCamelContextExtension().getServices().size();
    }

    private double reloads(String result) {
        return metrics.get("penstock.routes.reloads").tag("result", result).counter().count();
    }

    private List<String> ids() {
        return routes.states().stream().map(RouteState::id).toList();
    }

    private Object ask(String route) {
        return askWith(route, "");
    }

    private void pushMode() {
        pushMode(new FedClientFactory(new Feeds(new DeadLetterTopics("kafka:{topic}.dead-letters")), new GroupCommit(inFlight, () -> { }, Duration.ZERO)));
    }

    private void pushMode(KafkaClientFactory clients) {
        var kafka = context.getComponent("kafka", KafkaComponent.class);
        kafka.setKafkaClientFactory(clients);
        kafka.getConfiguration().setBrokers("localhost:9092");
        kafka.getConfiguration().setAutoCommitEnable(false);
        kafka.getConfiguration().setPreValidateHostAndPort(false);
        routes = new Routes(context, config("push"), (delivery, reason) -> deadLetters.add(reason.message()), inFlight, metrics);
    }

    @Test
    void inPushModeTheReadersOfATopicAreOfOneGroup() {
        pushMode();
        routes.start(List.of(file("a", reader("one", "trade,deal?groupId=x"), reader("two", "trade?groupId=x")),
                file("b", reader("three", "trade?groupId=y")), file("c", reader("four", "order")),
                file("d", reader("five", "item?groupId=x"), reader("six", "item"))));

        assertThat(ids()).containsExactlyInAnyOrder("one", "two", "four");
        assertThat(routes.faults()).extracting(RouteFault::file).containsExactly("/r/b.camel.yaml", "/r/d.camel.yaml");
        assertThat(routes.faults().getFirst().message()).contains("topic trade", "group x", "group y", "groupId");

        // Of the two, whichever ran keeps it; with the other gone, or of the same group, both run.
        routes.take(List.of(file("a", reader("one", "trade?groupId=x")), file("b", reader("three", "trade?groupId=x")),
                file("c", reader("four", "order?groupId=penstock")), file("d", reader("five", "item"))));
        assertThat(routes.faults()).isEmpty();
        routes.take(List.of(file("a", reader("one", "trade?groupId=z")), file("b", reader("three", "trade?groupId=x"))));
        assertThat(routes.faults()).extracting(RouteFault::file).containsExactly("/r/a.camel.yaml");
        assertThat(ids()).containsExactlyInAnyOrder("one", "three");

        // A pattern may have the topic.
        routes.take(List.of(file("a", reader("one", "tr.*?topicIsPattern=true&groupId=x")), file("b", reader("three", "trade?groupId=x"))));
        assertThat(routes.faults()).isEmpty();
        routes.take(List.of(file("a", reader("one", "tr.*?topicIsPattern=true&groupId=z")), file("b", reader("three", "trade?groupId=x"))));
        assertThat(routes.faults()).extracting(RouteFault::file).containsExactly("/r/a.camel.yaml");
    }

    /** Else the one that was taken back would share the topic's records with the other, which has come into its place. */
    @Test
    void aTopicThatGoesToAnotherGroupAndFileGoesBackWithTheRouteThatHadIt() {
        pushMode();
        var old = file("b", reader("two", "order"));
        routes.start(List.of(file("a", reader("one", "trade?groupId=x")), old));
        var left = file("a", reader("one", "deal?groupId=x").replace("to: file:target/readings",
                "aggregate: { aggregationStrategy: \"#class:org.apache.camel.processor.aggregate.GroupedBodyAggregationStrategy\", "
                        + "correlationExpression: { constant: x }, steps: [ { log: x } ] }"));
        var moved = file("b", reader("two", "tr.*?topicIsPattern=true&groupId=y"));
        routes.take(List.of(left, moved));
        assertThat(routes.faults()).extracting(RouteFault::file).containsExactly("/r/a.camel.yaml");
        assertThat(sources()).containsExactlyInAnyOrder("kafka:trade?groupId=x", "kafka:order");

        routes.take(List.of(left, moved, file("c", answer("three", "1"))));
        assertThat(sources()).containsExactlyInAnyOrder("kafka:trade?groupId=x", "kafka:order", "direct:three");

        routes.take(List.of(file("a", reader("one", "deal?groupId=x")), moved));
        assertThat(routes.faults()).isEmpty();
        assertThat(sources()).containsExactlyInAnyOrder("kafka:deal?groupId=x", "kafka:tr.*?topicIsPattern=true&groupId=y");
    }

    private List<String> sources() {
        return context.getRouteDefinitions().stream().map(route -> route.getInput().getEndpointUri()).toList();
    }

    /** Nothing that is new comes between them, and whoever does is still refused. */
    @Test
    void twoGroupsOfWhichNoneIsNewAreLeftAlone() {
        var group = new Properties();
        group.setProperty("group", "x");
        context.getPropertiesComponent().setOverrideProperties(group);
        pushMode();
        var one = file("a", reader("one", "trade?groupId=x"));
        var two = file("b", reader("two", "trade?groupId={{group}}"));
        routes.start(List.of(one, two));
        assertThat(ids()).containsExactlyInAnyOrder("one", "two");
        group.setProperty("group", "y");

        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> routes.take(List.of(one, two, file("c", answer("three", "1")),
                file("d", reader("four", "order")), file("e", reader("five", "order?groupId=z")))));

        assertThat(ids()).containsExactlyInAnyOrder("one", "two", "three", "four");
        assertThat(routes.faults()).extracting(RouteFault::file).containsExactly("/r/e.camel.yaml");
    }

    @Test
    void aPatternThatIsNoneConcernsItsFileOnly() {
        pushMode();
        var bad = file("a", reader("one", "tr(?topicIsPattern=true"));
        var good = file("b", reader("two", "trade?groupId=y"));
        routes.start(List.of(bad, good));
        assertThat(ids()).containsExactly("two");
        assertThat(routes.faults()).singleElement().satisfies(fault -> {
            assertThat(fault.file()).isEqualTo("/r/a.camel.yaml");
            assertThat(fault.line()).isEqualTo(4);
            assertThat(fault.message()).contains("tr(");
        });

        routes.take(List.of(bad, good, file("c", answer("three", "1"))));
        assertThat(ids()).containsExactlyInAnyOrder("two", "three");
    }

    @Test
    void aRouteThatIsSentToMovesToAnotherFile() {
        var unnamed = "- from:\n    uri: direct:x\n    steps:\n      - setBody: { constant: moved }\n";
        routes.start(List.of(file("a", answer("one", "1")), file("b", answer("two", "2"), unnamed)));

        routes.take(List.of(file("a", answer("one", "1"), unnamed), file("b", answer("two", "2"))));

        assertThat(routes.faults()).isEmpty();
        assertThat(ask("x")).isEqualTo("moved");
    }

    private static String reader(String id, String topic) {
        return """
                - route:
                    id: %s
                    from:
                      uri: kafka:%s
                      steps:
                        - to: file:target/readings
                """.formatted(id, topic);
    }

    private Object askWith(String route, Object body) {
        try (var template = context.createProducerTemplate()) {
            return template.requestBody("direct:" + route, body);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static RouteSource file(String name, String... items) {
        return new RouteSource("file:/r/" + name + ".camel.yaml",
                Arrays.stream(items).collect(Collectors.joining()).getBytes(StandardCharsets.UTF_8));
    }

    private static String answer(String id, String body) {
        return """
                - route:
                    id: %s
                    from:
                      uri: direct:%s
                      steps:
                        - setBody: { constant: "%s" }
                """.formatted(id, id, body);
    }

    /** An aggregation without completion can be built, and not started. */
    private static String doesNotStart(String id) {
        return """
                - route:
                    id: %s
                    from:
                      uri: direct:%s
                      steps:
                        - aggregate:
                            aggregationStrategy: "#class:org.apache.camel.processor.aggregate.UseLatestAggregationStrategy"
                            correlationExpression: { constant: x }
                            steps:
                              - to: direct:one
                """.formatted(id, id);
    }

    private static String conversion(String name, String fields) {
        return """
                - beans:
                    - name: %s
                      type: io.penstock.convert.FieldConversion
                      properties: { fields: '%s' }
                """.formatted(name, fields);
    }

    private static String convert(String id, String bean) {
        return """
                - route:
                    id: %s
                    from:
                      uri: direct:%s
                      steps:
                        - process: { ref: %s }
                """.formatted(id, id, bean);
    }
}

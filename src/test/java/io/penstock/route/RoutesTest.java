package io.penstock.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.penstock.delivery.Delivery;
import io.penstock.source.DeadLetterTopics;
import io.penstock.source.fed.FedClientFactory;
import io.penstock.source.fed.Feeds;
import io.penstock.source.fed.GroupCommit;
import io.penstock.sink.BulkStrategy;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.component.kafka.DefaultKafkaClientFactory;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.impl.engine.DefaultShutdownStrategy;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.assertj.core.api.SoftAssertions;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What runs after a change of files, on a real Camel context without Kafka. */
class RoutesTest extends RoutesFixture {

    private static final String IDED = "- route: { id: %s, from: { uri: \"direct:%s\", steps: [ %s ] } }\n";

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
                "completionSize: 10\n            eagerCheckCompletion: \"{{absent:true}}\""))));
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

    private int services() {
        return context.getCamelContextExtension().getServices().size();
    }

    private double reloads(String result) {
        return metrics.get("penstock.routes.reloads").tag("result", result).counter().count();
    }

    private Object ask(String route) {
        return askWith(route, "");
    }

    @Test
    void aRouteThatIsSentToMovesToAnotherFile() {
        var unnamed = "- from:\n    uri: direct:x\n    steps:\n      - setBody: { constant: moved }\n";
        routes.start(List.of(file("a", answer("one", "1")), file("b", answer("two", "2"), unnamed)));

        routes.take(List.of(file("a", answer("one", "1"), unnamed), file("b", answer("two", "2"))));

        assertThat(routes.faults()).isEmpty();
        assertThat(ask("x")).isEqualTo("moved");
    }

    private Object askWith(String route, Object body) {
        try (var template = context.createProducerTemplate()) {
            return template.requestBody("direct:" + route, body);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
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
        return route(id, "direct:" + id, "process: { ref: " + bean + " }");
    }

    @Test
    void theConsumersOfAllFilesAreCountedBeforeTheFirstIsMade() {
        pushMode();
        var counted = new ArrayList<Integer>();
        context.addRoutePolicyFactory((camel, routeId, route) -> {
            counted.add(routes.kafkaConsumers());
            return null;
        });
        routes.start(List.of(file("a", reader("one", "trade?consumersCount=3")), file("b", reader("two", "order"))));

        assertThat(counted).containsExactly(4, 4);
        assertThat(ids()).containsExactlyInAnyOrder("one", "two");
    }
}

package io.penstock.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.delivery.Delivery;
import io.penstock.delivery.InFlight;
import io.penstock.sink.Backoff;
import io.penstock.sink.BulkBatch;
import io.penstock.sink.BulkDocument;
import io.penstock.sink.BulkResult;
import io.penstock.sink.BulkSettings;
import io.penstock.sink.BulkStrategy;
import io.penstock.sink.BulkTarget;
import io.penstock.sink.DeadLetterReason;
import io.penstock.sink.DeadLetters;
import io.penstock.sink.DocumentSink;
import io.penstock.sink.Recorder;
import io.penstock.sink.SinkComponent;
import io.penstock.source.DeliveryHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultRegistry;
import org.apache.camel.support.SimpleRegistry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Routes of any legal steps in any order, made from a seed: each record is let go of, each document that got to a bulk or an
 * aggregation is stored, or its record is a dead letter, and there is no dead letter without a failure. For more of them than the
 * usual, {@code -DargLine=-Dpenstock.test.routes=3000}.
 */
class AnyRouteTest {

    private static final int ROUTES = 100;
    private static final int RECORDS = 12;

    static LongStream seeds() {
        return LongStream.range(0, Long.getLong("penstock.test.routes", ROUTES));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void noRecordIsLostWhateverTheRouteIs(long seed) throws Exception {
        var made = new MadeRoutes(new Random(seed));
        var yaml = made.yaml();
        try (var run = new Run(made)) {
            run.start(yaml);
            var deliveries = run.send();
            run.settle(deliveries, yaml);
            deliveries.forEach(delivery -> run.judge(delivery, yaml));
        }
    }

    /** What happened to records, by the steps that note it. */
    private static final class Notes {

        /** Documents that got to a step, as {@code step record}. */
        private final Collection<String> arrived = new ConcurrentLinkedQueue<>();
        private final Set<Delivery> failed = ConcurrentHashMap.newKeySet();
        /** Those that fail if they get to a bulk, or whose group failed when a bulk may have had it. */
        private final Set<Delivery> endangered = ConcurrentHashMap.newKeySet();

        void arrived(String step, Exchange exchange) {
            records(exchange).forEach(delivery -> arrived.add(step + ' ' + delivery.coordinates()));
        }

        static Stream<Delivery> records(Exchange exchange) {
            if (exchange.getMessage().getBody() instanceof BulkBatch batch) {
                return batch.documents().stream().map(BulkDocument::delivery);
            }
            return Stream.ofNullable(exchange.getProperty(Delivery.PROPERTY, Delivery.class));
        }

        long count(String step, Delivery delivery) {
            return arrived.stream().filter((step + ' ' + delivery.coordinates())::equals).count();
        }
    }

    private static final class Run implements AutoCloseable {

        private final MadeRoutes made;
        private final DefaultCamelContext context = new DefaultCamelContext();
        private final Notes notes = new Notes();
        private final Recorder recorder = new Recorder(new BulkSettings(1000, Duration.ofMinutes(1), 1,
                new Backoff(Duration.ofMillis(1), Duration.ofMillis(1))));
        private final LaterSink sink = new LaterSink(recorder, notes);
        private final InFlight inFlight = new InFlight(1000, 1_000_000);
        private final Routes routes;
        private final List<Recorder.Output> outputs = new ArrayList<>();

        private Run(MadeRoutes made) {
            this.made = made;
            var beans = new SimpleRegistry();
            beans.bind("bulk", new BulkStrategy(sink));
            beans.bind("sink", sink);
            context.getCamelContextExtension().setRegistry(new DefaultRegistry(beans));
            context.addComponent("elasticsearch", new SinkComponent(null, sink));
            for (var step : made.noted) {
                beans.bind(step + "-group", (Processor) exchange -> notes.arrived(step + "-group", exchange));
                beans.bind(step, (Processor) exchange -> notes.arrived(step, exchange));
            }
            beans.bind("fail", (Processor) exchange -> {
                Notes.records(exchange).forEach(notes.failed::add);
                throw new IllegalStateException("failed on purpose");
            });
            beans.bind("fail-late", (Processor) exchange -> {
                Notes.records(exchange).forEach(notes.endangered::add);
                throw new IllegalStateException("failed on purpose");
            });
            beans.bind("spoil", (Processor) exchange -> {
                Notes.records(exchange).forEach(notes.endangered::add);
                exchange.getMessage().setBody("no document");
            });
            context.start();
            routes = new Routes(context, RoutesFixture.config("pull"), recorder, inFlight, new SimpleMeterRegistry());
        }

        void start(String yaml) {
            routes.start(List.of(new RouteSource("file:/r/any.camel.yaml", yaml.getBytes(StandardCharsets.UTF_8))));
            assertThat(routes.faults()).as(yaml).isEmpty();
        }

        List<Delivery> send() throws Exception {
            var deliveries = new ArrayList<Delivery>();
            try (var template = context.createProducerTemplate()) {
                for (int i = 0; i < RECORDS; i++) {
                    var delivery = new Delivery(new ConsumerRecord<>("t", 0, i, null, new byte[0]), 1, _ -> { });
                    deliveries.add(delivery);
                    var record = DeliveryHeaders.on(delivery.record(), delivery);
                    var body = made.body(i);
                    template.send("direct:in", exchange -> {
                        exchange.getMessage().setBody(body);
                        exchange.getMessage().setHeader(KafkaConstants.HEADERS, record.headers());
                    });
                }
            }
            return deliveries;
        }

        void settle(List<Delivery> deliveries, String yaml) {
            var open = new Aggregations(context);
            await().alias(yaml).pollInterval(Duration.ofMillis(2)).atMost(Duration.ofSeconds(20)).until(() -> {
                open.complete();
                return deliveries.stream().allMatch(Delivery::isSettled);
            });
            outputs.addAll(recorder.take());
        }

        void judge(Delivery delivery, String yaml) {
            var as = delivery.coordinates() + " of " + yaml;
            var letters = outputs.stream().filter(output -> output instanceof Recorder.Output.Letter letter && letter.delivery() == delivery)
                    .toList();
            boolean hasFailed = notes.failed.contains(delivery);
            boolean isWell = !hasFailed && !notes.endangered.contains(delivery);
            boolean mayLack = !letters.isEmpty() || made.isCatching && !isWell;
            // A group that one branch stops is not stored by the next.
            if (isWell && !made.isStopping) {
                assertThat(letters).as("needless dead letter %s", as).isEmpty();
            } else if (hasFailed && !made.isCatching) {
                assertThat(letters).as("failed without a word %s", as).isNotEmpty();
            }
            for (var step : made.noted) {
                long arrived = notes.count(step, delivery);
                var ids = outputs.stream().filter(Recorder.Output.Document.class::isInstance).map(Recorder.Output.Document.class::cast)
                        .filter(stored -> stored.index().equals(step) && stored.document().delivery() == delivery)
                        .map(stored -> stored.document().id()).toList();
                if (made.stores.contains(step)) {
                    if (mayLack) {
                        assertThat((long) ids.size()).as("stored twice in %s %s", step, as).isLessThanOrEqualTo(arrived);
                    } else {
                        assertThat((long) ids.size()).as("stored in %s %s", step, as).isEqualTo(arrived);
                    }
                    if (!made.isRepeating) {
                        assertThat(ids).as("ids in %s %s", step, as).doesNotHaveDuplicates();
                    }
                } else if (arrived > 0 && !mayLack) {
                    assertThat(notes.count(step + "-group", delivery)).as("gathered in %s %s", step, as).isEqualTo(arrived);
                }
            }
        }

        @Override
        public void close() {
            inFlight.close();
            context.stop();
            sink.close();
        }
    }

    /** Stores on another thread, and refuses what says so. */
    private static final class LaterSink implements DocumentSink {

        private final Recorder recorder;
        private final Notes notes;
        private final ExecutorService threads = Executors.newFixedThreadPool(2);

        private LaterSink(Recorder recorder, Notes notes) {
            this.recorder = recorder;
            this.notes = notes;
        }

        @Override
        public CompletionStage<BulkResult> storeBatch(List<BulkDocument> documents, BulkTarget target) {
            var all = List.copyOf(documents);
            all.forEach(document -> document.delivery().hold());
            return CompletableFuture.supplyAsync(() -> {
                var refused = all.stream().filter(document -> new String(document.source(), StandardCharsets.UTF_8).contains("refuse"))
                        .collect(Collectors.toSet());
                refused.forEach(document -> {
                    notes.endangered.add(document.delivery());
                    recorder.send(document.delivery(), new DeadLetterReason("bulk", "refused", "", 1));
                });
                recorder.storeBatch(all.stream().filter(document -> !refused.contains(document)).toList(), target);
                all.forEach(document -> document.delivery().release());
                return new BulkResult(all.size(), all.size() - refused.size(), 0, refused.size(), null);
            }, threads);
        }

        @Override
        public CompletionStage<BulkResult> store(List<BulkDocument> documents, BulkTarget target) {
            return storeBatch(documents, target);
        }

        @Override
        public BulkSettings settings() {
            return recorder.settings();
        }

        @Override
        public DeadLetters deadLetters() {
            return recorder;
        }

        @Override
        public Executor threads() {
            return threads;
        }

        @Override
        public void close() {
            threads.shutdownNow();
        }
    }

    /** A file of routes, the first of which takes the records. */
    private static final class MadeRoutes {

        private final Random random;
        private final List<Object> file = new ArrayList<>();
        private final List<String> noted = new ArrayList<>();
        private final Set<String> stores = new HashSet<>();
        private final boolean mayFail;
        private boolean isCatching;
        private boolean isRepeating;
        private boolean isStopping;
        private int names;

        private MadeRoutes(Random random) {
            this.random = random;
            this.mayFail = random.nextInt(3) > 0;
            if (mayFail && random.nextInt(4) == 0) {
                isCatching = true;
                file.add(Map.of("onException", Map.of("exception", List.of("java.lang.Exception"), "handled", Map.of("constant", "true"),
                        "steps", List.of(Map.of("log", "x")))));
            }
            route("in", records(3));
        }

        String yaml() throws Exception {
            return new ObjectMapper().writeValueAsString(file);
        }

        Map<String, Object> body(int number) {
            var body = new LinkedHashMap<String, Object>();
            body.put("k", number % 3);
            body.put("parts", parts(2));
            if (mayFail && random.nextInt(12) == 0) {
                body.put("refuse", true);
            }
            return body;
        }

        private List<Map<String, Object>> parts(int depth) {
            var parts = new ArrayList<Map<String, Object>>();
            for (int i = random.nextInt(3); depth > 0 && i > 0; i--) {
                parts.add(Map.of("k", random.nextInt(3), "parts", parts(depth - 1)));
            }
            return parts;
        }

        private void route(String name, List<Object> steps) {
            file.add(Map.of("route", Map.of("id", name, "from", Map.of("uri", "direct:" + name, "steps", steps))));
        }

        private String called(List<Object> steps) {
            var name = "called-" + names++;
            route(name, steps);
            return "direct:" + name;
        }

        private List<Object> records(int depth) {
            var steps = new ArrayList<>();
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                record(depth, steps);
            }
            if (steps.isEmpty()) {
                steps.add(Map.of("log", "x"));
            }
            return steps;
        }

        private void record(int depth, List<Object> steps) {
            switch (random.nextInt(depth > 0 ? 17 : 6)) {
                case 0 -> steps.add(Map.of("setHeader", Map.of("name", "h", "simple", "${body[k]}")));
                case 1, 2 -> bulk(steps);
                case 3 -> aggregate(steps);
                case 4 -> {
                    if (mayFail) {
                        steps.add(Map.of("filter", Map.of("simple", condition(), "steps", List.of(failing()))));
                    }
                }
                case 5 -> steps.add(Map.of("setVariable", Map.of("name", "v", "simple", "${body[k]}")));
                case 6 -> steps.add(Map.of("filter", Map.of("simple", condition(), "steps", records(depth - 1))));
                case 7 -> steps.add(Map.of("choice", Map.of("when", List.of(Map.of("simple", condition(), "steps", records(depth - 1)),
                        Map.of("simple", condition(), "steps", records(depth - 1))), "otherwise", Map.of("steps", records(depth - 1)))));
                case 8, 9 -> steps.add(Map.of("multicast", Map.of(manner(), "true", "steps", List.of(pipeline(records(depth - 1)),
                        pipeline(records(depth - 1))))));
                case 10, 11 -> steps.add(Map.of("split", Map.of(manner(), "true", "simple", "${body[parts]}", "steps", records(depth - 1))));
                case 12 -> {
                    if (mayFail) {
                        isCatching = true;
                        steps.add(Map.of("doTry", Map.of("steps", records(depth - 1), "doCatch",
                                List.of(Map.of("exception", List.of("java.lang.Exception"), "steps", records(depth - 1))))));
                    }
                }
                case 13 -> {
                    isRepeating = true;
                    steps.add(Map.of("loop", Map.of("constant", "2", "copy", "true", "steps", records(depth - 1))));
                }
                case 14 -> steps.add(Map.of("wireTap", Map.of("uri", called(records(depth - 1)))));
                case 15 -> steps.add(Map.of("to", called(records(depth - 1))));
                case 16 -> steps.add(Map.of("recipientList", Map.of("constant", called(records(depth - 1)) + ',' + called(records(depth - 1)))));
                default -> throw new IllegalStateException();
            }
        }

        private String condition() {
            return "${body[k]} == " + random.nextInt(3);
        }

        private String manner() {
            return List.of("streaming", "parallelProcessing", "stopOnException").get(random.nextInt(3));
        }

        private Object failing() {
            return Map.of("process", Map.of("ref", random.nextInt(3) == 0 ? "spoil" : "fail"));
        }

        private static Object pipeline(List<Object> steps) {
            return Map.of("pipeline", Map.of("steps", steps));
        }

        private String noted(String kind, List<Object> steps) {
            var name = kind + '-' + names++;
            noted.add(name);
            steps.add(Map.of("process", Map.of("ref", name)));
            return name;
        }

        private void bulk(List<Object> steps) {
            var index = noted("bulk", steps);
            stores.add(index);
            steps.add(Map.of("to", "elasticsearch:es?operation=Bulk&indexName=" + index));
        }

        private void aggregate(List<Object> steps) {
            var name = noted("aggregate", steps);
            var inside = new ArrayList<>();
            inside.add(Map.of("process", Map.of("ref", name + "-group")));
            inside.addAll(group(2));
            var aggregate = new LinkedHashMap<String, Object>();
            aggregate.put("aggregationStrategy", "#bulk");
            aggregate.put("correlationExpression", random.nextBoolean() ? Map.of("constant", "all") : Map.of("simple", "${body[k]}"));
            aggregate.put("completionSize", 1 + random.nextInt(5));
            aggregate.put("completionTimeout", 5 + random.nextInt(100));
            if (random.nextInt(3) == 0) {
                aggregate.put("parallelProcessing", "true");
            }
            aggregate.put("steps", inside);
            steps.add(Map.of("aggregate", aggregate));
        }

        private List<Object> group(int depth) {
            var steps = new ArrayList<>();
            if (mayFail && random.nextInt(6) == 0) {
                steps.add(Map.of("filter", Map.of("simple", size(), "steps", List.of(Map.of("process", Map.of("ref", "fail"))))));
            }
            if (random.nextInt(4) == 0) {
                steps.add(Map.of("wireTap", Map.of("uri", called(group(0)))));
            }
            switch (random.nextInt(depth > 0 ? 9 : 4)) {
                case 0, 1, 2 -> bulk(steps);
                case 3 -> steps.add(Map.of("log", "x"));
                case 4 -> {
                    var manner = manner();
                    isStopping |= manner.equals("stopOnException");
                    steps.add(Map.of("multicast", Map.of(manner, "true", "steps", List.of(pipeline(group(depth - 1)),
                            pipeline(group(depth - 1))))));
                }
                case 5 -> steps.add(Map.of("choice", Map.of("when", List.of(Map.of("simple", size(), "steps", group(depth - 1))),
                        "otherwise", Map.of("steps", group(depth - 1)))));
                case 6 -> steps.add(Map.of("to", called(group(depth - 1))));
                case 7 -> steps.add(Map.of("recipientList", Map.of("constant", called(group(depth - 1)) + ',' + called(group(depth - 1)))));
                case 8 -> {
                    isCatching = true;
                    steps.add(Map.of("doTry", Map.of("steps", group(depth - 1), "doCatch", List.of(Map.of("exception",
                            List.of("java.lang.Exception"), "steps", List.of(Map.of("log", "x")))))));
                }
                default -> throw new IllegalStateException();
            }
            if (mayFail && random.nextInt(8) == 0) {
                steps.add(Map.of("process", Map.of("ref", "fail-late")));
            }
            return steps;
        }

        private String size() {
            return "${body.size} == " + (1 + random.nextInt(4));
        }
    }
}

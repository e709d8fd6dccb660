package io.penstock.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.penstock.delivery.Delivery;
import io.penstock.sink.Backoff;
import io.penstock.sink.BulkBatch;
import io.penstock.sink.BulkDocument;
import io.penstock.sink.BulkResult;
import io.penstock.sink.BulkSettings;
import io.penstock.sink.BulkStrategy;
import io.penstock.sink.BulkTarget;
import io.penstock.sink.DeadLetters;
import io.penstock.sink.DocumentSink;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.processor.aggregate.AggregateProcessor;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Groups are what they would be if each record had gone Camel's way. */
class OpenGroupsTest {

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final List<Group> groups = new CopyOnWriteArrayList<>();
    private final AtomicInteger aggregated = new AtomicInteger();
    private final AtomicInteger settled = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();

    private record Group(List<String> ids, Object size, Object completedBy) {
    }

    /** Counts what comes through the aggregator. */
    private final class Counting extends BulkStrategy {

        private Counting() {
            super(new NoSink());
        }

        @Override
        public Exchange aggregate(@Nullable Exchange group, Exchange newcomer) {
            aggregated.incrementAndGet();
            return super.aggregate(group, newcomer);
        }
    }

    @BeforeEach
    void start() {
        context.getCamelContextExtension().addInterceptStrategy(new StepErrors());
        context.getCamelContextExtension().addInterceptStrategy(new OpenGroups());
        context.getRegistry().bind("bulk", new Counting());
        context.getRegistry().bind("group", (Processor) exchange -> groups.add(new Group(
                exchange.getMessage().getBody(BulkBatch.class).documents().stream().map(BulkDocument::id).toList(),
                exchange.getProperty(Exchange.AGGREGATED_SIZE), exchange.getProperty(Exchange.AGGREGATED_COMPLETED_BY))));
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void eachHasAllItsRecordsAndNoneIsInTwoHoweverManyThreadsBringThemAndWhateverCompletesThem() throws Exception {
        int records = 20_000;
        int threads = 6;
        route("completionSize: 100, completionTimeout: 1000, completionTimeoutCheckerInterval: 20");
        var aggregate = (AggregateProcessor) context.getRoute("in").filter("*").stream().filter(AggregateProcessor.class::isInstance)
                .findFirst().orElseThrow();
        try (var pool = Executors.newFixedThreadPool(threads)) {
            for (int thread = 0; thread < threads; thread++) {
                int first = thread;
                pool.execute(() -> {
                    for (int i = first; i < records; i += threads) {
                        send(i, Map.of("n", i));
                        if (i % 1000 < threads) {
                            aggregate.forceCompletionOfAllGroups();
                        }
                    }
                });
            }
        }
        await().until(() -> settled.get() == records);
        assertThat(groups.stream().flatMap(group -> group.ids.stream())).doesNotHaveDuplicates().hasSize(records);
        assertThat(groups).allSatisfy(group -> assertThat(group.size).isEqualTo(group.ids.size()));
        assertThat(groups).filteredOn(group -> group.completedBy.equals("size")).isNotEmpty()
                .allSatisfy(group -> assertThat(group.ids).hasSize(100));
        assertThat(groups).filteredOn(group -> !group.completedBy.equals("size"))
                .allSatisfy(group -> assertThat(group.ids).hasSizeLessThan(100));
    }

    @Test
    void mostRecordsDontComeThroughTheAggregatorAndSizesAreExact() throws Exception {
        route("completionSize: 100, completionInterval: 3600000");
        for (int i = 0; i < 1000; i++) {
            send(i, Map.of("n", i));
        }
        await().until(() -> groups.size() == 10);
        assertThat(groups).allSatisfy(group -> assertThat(group.ids).hasSize(100));
        assertThat(groups).extracting(Group::completedBy).containsOnly("size");
        // The first of each and the last.
        assertThat(aggregated).hasValue(20);
        assertThat(settled).hasValue(1000);
    }

    @Test
    void aGroupIsOpenAsLongAsRecordsComeWithinItsTimeout() throws Exception {
        route("completionSize: 10000, completionTimeout: 800, completionTimeoutCheckerInterval: 20");
        var records = new AtomicInteger();
        long begin = System.nanoTime();
        var latest = new AtomicLong(begin);
        var longestGap = new AtomicLong();
        await().pollInterval(Duration.ofMillis(2)).until(() -> {
            send(records.get(), Map.of("n", records.getAndIncrement()));
            long now = System.nanoTime();
            longestGap.set(Math.max(longestGap.get(), now - latest.getAndSet(now)));
            return now - begin > Duration.ofMillis(1600).toNanos();
        });
        await().until(() -> !groups.isEmpty());
        assumeTrue(longestGap.get() < Duration.ofMillis(700).toNanos(), "the machine went on without this test for so long");
        assertThat(groups).singleElement().satisfies(group -> assertThat(group.completedBy).isEqualTo("timeout"));
        assertThat(groups.getFirst().ids).hasSize(records.get());
        assertThat(aggregated.get()).isLessThan(records.get());
    }

    @Test
    void aRecordOfWhichNoDocumentCanBeMadeFailsAlone() throws Exception {
        route("completionSize: 4");
        send(0, Map.of("n", 0));
        send(1, "[1]".getBytes());
        send(2, Map.of("n", Double.NaN));
        send(3, Map.of("n", 3));
        send(4, List.of(Map.of("n", 4), Map.of("n", 5)));
        send(5, Map.of("n", 6));

        await().until(() -> !groups.isEmpty());
        assertThat(groups).singleElement().satisfies(group -> assertThat(group.ids).containsExactly("t-0-0", "t-0-3", "t-0-4-0", "t-0-4-1", "t-0-5"));
        assertThat(failed).hasValue(2);
        assertThat(settled).hasValue(6);
    }

    @Test
    void aRecordWithAnErrorOnItsWayFailsAlone() throws Exception {
        route("completionSize: 3");
        send(0, Map.of("n", 0));
        send(1, Map.of("n", new Throwing()));
        send(2, Map.of("n", 2));
        send(3, Map.of("n", 3));

        await().until(() -> !groups.isEmpty());
        assertThat(groups).singleElement().satisfies(group -> assertThat(group.ids).containsExactly("t-0-0", "t-0-2", "t-0-3"));
        assertThat(failed).hasValue(1);
    }

    public static final class Throwing {

        public int getValue() {
            throw new AssertionError("on purpose");
        }
    }

    @Test
    void aRecordThatHasToGoThroughTheAggregatorIsMadeADocumentOnce() throws Exception {
        route("completionSize: 2");
        var looks = new AtomicInteger();
        var body = new TreeMap<String, Object>(Map.of("n", 1)) {
            private static final long serialVersionUID = 1L;

            @Override
            public Set<Map.Entry<String, Object>> entrySet() {
                looks.incrementAndGet();
                return super.entrySet();
            }
        };
        send(0, body);
        int once = looks.getAndSet(0);
        send(1, body);

        assertThat(once).isPositive();
        assertThat(looks).hasValue(once);
    }

    @Test
    void aRecordThatCompletesAllGroupsDoes() throws Exception {
        route("completionSize: 100");
        send(0, Map.of("n", 0));
        send(1, Map.of("n", 1));
        context.createFluentProducerTemplate().to("direct:in").withBody(Map.of()).withHeader(Exchange.AGGREGATION_COMPLETE_ALL_GROUPS, true).send();

        await().until(() -> !groups.isEmpty());
        assertThat(groups).singleElement().satisfies(group -> assertThat(group.ids).containsExactly("t-0-0", "t-0-1"));
    }

    private void route(String options) throws Exception {
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("routes.yaml", """
                - route:
                    id: in
                    errorHandler: { noErrorHandler: {} }
                    from:
                      uri: direct:in
                      steps:
                        - aggregate: { aggregationStrategy: "#bulk", correlationExpression: { constant: all }, %s, steps: [ { process: { ref: group } } ] }
                """.formatted(options)));
    }

    /** As a source does: the record's exchange holds the delivery until it is done. */
    private void send(int offset, Object body) {
        var record = new ConsumerRecord<byte[], byte[]>("t", 0, offset, null, new byte[0]);
        var delivery = new Delivery(record, 1, d -> settled.incrementAndGet());
        var exchange = context.createFluentProducerTemplate().to("direct:in").withProcessor(e -> {
            e.getMessage().setBody(body);
            e.setProperty(Delivery.PROPERTY, delivery);
        }).send();
        if (exchange.getException() != null) {
            failed.incrementAndGet();
        }
        delivery.release();
    }

    /** Groups don't get that far here. */
    private static final class NoSink implements DocumentSink {

        @Override
        public BulkSettings settings() {
            return new BulkSettings(1 << 20, Duration.ofMinutes(1), 1, new Backoff(Duration.ofMillis(1), Duration.ofMillis(1)));
        }

        @Override
        public DeadLetters deadLetters() {
            return (delivery, reason) -> { };
        }

        @Override
        public CompletionStage<BulkResult> storeBatch(List<BulkDocument> documents, BulkTarget target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<BulkResult> store(List<BulkDocument> documents, BulkTarget target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Executor threads() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
        }
    }
}

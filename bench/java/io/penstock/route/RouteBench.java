package io.penstock.route;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.delivery.Delivery;
import io.penstock.delivery.DeliveryMetrics;
import io.penstock.delivery.InFlight;
import io.penstock.route.lean.LeanSteps;
import io.penstock.sink.Backoff;
import io.penstock.sink.BulkDocument;
import io.penstock.sink.BulkResult;
import io.penstock.sink.BulkSettings;
import io.penstock.sink.BulkStrategy;
import io.penstock.sink.BulkTarget;
import io.penstock.sink.DeadLetters;
import io.penstock.sink.DocumentSink;
import io.penstock.sink.SinkComponent;
import io.penstock.source.DeadLetterTopics;
import io.penstock.source.Intake;
import io.penstock.source.fed.FedClientFactory;
import io.penstock.source.fed.Feeds;
import io.penstock.source.fed.GroupCommit;
import io.penstock.source.kafka.IncomingHeaders;
import io.penstock.stack.Trade;
import io.penstock.stack.TradeRecords;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultRegistry;
import org.apache.camel.support.SimpleRegistry;
import org.apache.http.HttpHost;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.elasticsearch.client.RestClient;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A record through the whole shipped route, from what a poll returns until its delivery is settled, as many at a time as fill one
 * bulk. The sink stores at once and keeps nothing.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RouteBench {

    private static final int DOCUMENTS = 1_000;
    private static final int FILTERED = 100;
    private static final int RECORDS = DOCUMENTS + FILTERED;

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final InFlight inFlight = new InFlight(100_000, 1L << 30);
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final Intake intake = new Intake(inFlight, new DeliveryMetrics(metrics, inFlight));
    private final Feeds feeds = new Feeds(new DeadLetterTopics("kafka:{topic}.dead-letters"));
    private final List<byte[]> values = values();
    private long offset;

    @Setup
    public void start() throws IOException {
        // Nobody sets it here, and then everything is logged
        Logger.getLogger("").setLevel(Level.WARNING);
        var sink = new Ends();
        var kafka = new KafkaComponent();
        kafka.setKafkaClientFactory(new FedClientFactory(feeds, new GroupCommit(inFlight, () -> { }, Duration.ofMillis(20))));
        kafka.getConfiguration().setBrokers("127.0.0.1:9092");
        kafka.getConfiguration().setGroupId("bench");
        kafka.getConfiguration().setAutoCommitEnable(false);
        kafka.getConfiguration().setHeaderFilterStrategy(new IncomingHeaders());
        var beans = new SimpleRegistry();
        LeanSteps.bind(beans);
        beans.bind("bulk", new BulkStrategy(sink));
        beans.bind("elasticsearch", new SinkComponent(RestClient.builder(new HttpHost("127.0.0.1", 9)).build(), sink));
        context.getCamelContextExtension().setRegistry(new DefaultRegistry(beans));
        context.addComponent("kafka", kafka);
        context.getPropertiesComponent().addInitialProperty("penstock.topic", "trade");
        context.getPropertiesComponent().addInitialProperty("penstock.index", "pre1");
        context.setMessageHistory(false);
        context.start();
        var config = new SmallRyeConfigBuilder().withConverter(Duration.class, 200, new DurationConverter())
                .withMapping(RoutesConfig.class).build().getConfigMapping(RoutesConfig.class);
        try (var shipped = RouteBench.class.getResourceAsStream("/routes/trade-errors.camel.yaml")) {
            new Routes(context, config, sink.deadLetters(), inFlight, metrics)
                    .start(List.of(new RouteSource("trade-errors.camel.yaml", shipped.readAllBytes())));
        }
    }

    @TearDown
    public void stop() {
        context.stop();
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public void record() throws InterruptedException {
        var open = new CountDownLatch(RECORDS);
        for (byte[] value : values) {
            var record = new ConsumerRecord<byte[], byte[]>("trade", 0, offset++, null, value);
            feeds.feed(intake.delivery(record, Delivery.documentId("trade", 0, record.offset()), _ -> open.countDown()));
        }
        open.await();
    }

    private static List<byte[]> values() {
        var trades = new TradeRecords(1, 0.1, 0, 10_000);
        return Stream.concat(values(trades, Trade.Stored.class, DOCUMENTS), values(trades, Trade.Filtered.class, FILTERED)).toList();
    }

    private static Stream<byte[]> values(TradeRecords trades, Class<?> outcome, int count) {
        return IntStream.iterate(0, number -> number + 1).mapToObj(trades::trade).filter(trade -> outcome.isInstance(trade.outcome()))
                .map(Trade::value).limit(count);
    }

    /** Where documents end. */
    private static final class Ends implements DocumentSink {

        private final BulkSettings settings = new BulkSettings(5 << 20, Duration.ofSeconds(1), 4,
                new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10)));

        @Override
        public CompletionStage<BulkResult> storeBatch(List<BulkDocument> documents, BulkTarget target) {
            return CompletableFuture.completedFuture(new BulkResult(documents.size(), documents.size(), 0, 0, null));
        }

        @Override
        public CompletionStage<BulkResult> store(List<BulkDocument> documents, BulkTarget target) {
            return storeBatch(documents, target);
        }

        @Override
        public BulkSettings settings() {
            return settings;
        }

        @Override
        public DeadLetters deadLetters() {
            return (delivery, reason) -> {
                throw new IllegalStateException(delivery + " became a dead letter: " + reason);
            };
        }

        @Override
        public Executor threads() {
            return ForkJoinPool.commonPool();
        }

        @Override
        public void close() {
            // Holds nothing
        }
    }
}

package io.penstock.sink;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/** What the sink counts. Thread-safe. */
final class SinkMetrics {

    private final MeterRegistry registry;
    private final ConcurrentMap<Key, OfIndex> byIndex = new ConcurrentHashMap<>();
    private final DistributionSummary documents;
    private final DistributionSummary bytes;
    private final Timer latency;

    private record Key(String route, String index) {
    }

    /** The counters of one route's documents for one index. */
    record OfIndex(Counter indexed, Counter duplicates, Counter retried) {
    }

    SinkMetrics(MeterRegistry registry, Supplier<Number> inFlight) {
        this.registry = registry;
        documents = DistributionSummary.builder("penstock.bulk.documents").description("Documents in a bulk")
                .register(registry);
        bytes = DistributionSummary.builder("penstock.bulk.bytes").baseUnit("bytes").description("Size of a bulk's body")
                .register(registry);
        latency = Timer.builder("penstock.bulk.latency").description("From sending a bulk to its answer or failure")
                .register(registry);
        Gauge.builder("penstock.bulk.in.flight", inFlight).description("Bulks on their way").register(registry);
    }

    OfIndex of(BulkItem item) {
        var delivery = item.document().delivery();
        var route = delivery == null || delivery.route().isEmpty() ? "none" : delivery.route();
        return byIndex.computeIfAbsent(new Key(route, item.index()), this::register);
    }

    private OfIndex register(Key key) {
        return new OfIndex(counter("penstock.documents.indexed", "Documents stored", key),
                counter("penstock.documents.duplicates", "Documents that were there already", key),
                counter("penstock.documents.retried", "Documents sent again", key));
    }

    private Counter counter(String name, String description, Key key) {
        return Counter.builder(name).description(description).tag("route", key.route()).tag("index", key.index())
                .register(registry);
    }

    void sent(BulkRequest request) {
        documents.record(request.items().size());
        bytes.record(request.bytes());
    }

    void answered(long nanos) {
        latency.record(Duration.ofNanos(nanos));
    }
}

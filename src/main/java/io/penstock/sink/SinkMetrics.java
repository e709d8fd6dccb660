package io.penstock.sink;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;

import org.jspecify.annotations.Nullable;

/** What the sink counts. Thread-safe. */
final class SinkMetrics {

    /** Names may come from records, and each has meters that nobody takes away. */
    private static final int MAX_INDICES = 1000;
    private static final String OTHERS = "others";

    private final MeterRegistry registry;
    /** Not by a record, for whose hash Java makes classes when the first document is sent. */
    private final ConcurrentMap<List<String>, OfIndex> byIndex = new ConcurrentHashMap<>();
    private volatile @Nullable Last last;

    private record Last(String route, String index, OfIndex meters) {
    }

    /** The meters of one route's documents for one index, and of the bulks that carry them. */
    record OfIndex(LongAdder indexed, LongAdder duplicates, LongAdder retried, DistributionSummary documents,
            DistributionSummary bytes, Timer latency) {
    }

    SinkMetrics(MeterRegistry registry, Supplier<Number> inFlight) {
        this.registry = registry;
        Gauge.builder("penstock.bulk.in.flight", inFlight).description("Bulks on their way").register(registry);
    }

    OfIndex of(BulkItem item) {
        var delivery = item.document().delivery();
        var route = delivery == null || delivery.route().isEmpty() ? "none" : delivery.route();
        var known = last;
        if (known == null || known.route != route || known.index != item.index()) {
            known = new Last(route, item.index(), meters(route, item.index()));
            last = known;
        }
        return known.meters;
    }

    private OfIndex meters(String route, String index) {
        var meters = byIndex.get(List.of(route, index));
        if (meters != null) {
            return meters;
        }
        var name = byIndex.size() < MAX_INDICES ? index : OTHERS;
        return byIndex.computeIfAbsent(List.of(route, name), _ -> register(Tags.of("route", route, "index", name)));
    }

    private OfIndex register(Tags tags) {
        return new OfIndex(counter("penstock.documents.indexed", "Documents stored", tags),
                counter("penstock.documents.duplicates", "Documents that were there already", tags),
                counter("penstock.documents.retried", "Documents sent again", tags),
                DistributionSummary.builder("penstock.bulk.documents").description("Documents in a bulk").tags(tags)
                        .register(registry),
                DistributionSummary.builder("penstock.bulk.bytes").baseUnit("bytes").description("Size of a bulk's body")
                        .tags(tags).register(registry),
                Timer.builder("penstock.bulk.latency").description("From sending a bulk to its answer or failure").tags(tags)
                        .register(registry));
    }

    /** Each document is counted in it: a registry's own counter is a composite, and takes much longer. */
    private LongAdder counter(String name, String description, Tags tags) {
        var count = new LongAdder();
        FunctionCounter.builder(name, count, LongAdder::sum).description(description).tags(tags).register(registry);
        return count;
    }

    /** A bulk that several routes share counts as its first document's. */
    void sent(BulkRequest request) {
        var meters = of(request.items().getFirst());
        meters.documents().record(request.items().size());
        meters.bytes().record(request.bytes());
    }

    void answered(BulkRequest request, long nanos) {
        of(request.items().getFirst()).latency().record(Duration.ofNanos(nanos));
    }
}

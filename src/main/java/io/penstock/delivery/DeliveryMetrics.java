package io.penstock.delivery;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Counts records as they enter and as they are settled, each by route and topic, and offers the gauges of what is in flight.
 * May be called from any thread; a meter is looked up once per route and topic.
 */
public final class DeliveryMetrics {

    private record LastFiltered(String route, String topic, Counter counter) {
    }

    private final MeterRegistry registry;
    private final Map<String, Counter> polled = new ConcurrentHashMap<>();
    /** By route and topic; not by a record, for whose hash Java makes classes when the first one is filtered. */
    private final Map<List<String>, Counter> filtered = new ConcurrentHashMap<>();
    // A race only costs a second look-up: the record's final fields are seen whole by every thread.
    private @Nullable LastFiltered lastFiltered;
    private final LongAdder totalPolled = new LongAdder();
    private final LongAdder totalFiltered = new LongAdder();
    private final LongAdder totalStored = new LongAdder();
    private final LongAdder totalDeadLettered = new LongAdder();

    public DeliveryMetrics(MeterRegistry registry, InFlight inFlight) {
        this.registry = registry;
        registry.gauge("penstock.records.in.flight", inFlight, InFlight::records);
        registry.gauge("penstock.bytes.in.flight", inFlight, InFlight::bytes);
    }

    /** Records of a topic entered. */
    public void polled(String topic, int records) {
        totalPolled.add(records);
        polled.computeIfAbsent(topic, t -> registry.counter("penstock.records.polled", "topic", t)).increment(records);
    }

    /** Offsets of a topic were passed over because they were gone before they were read. */
    public void missed(String topic, long offsets) {
        registry.counter("penstock.records.missed", "topic", topic).increment(offsets);
    }

    /** A delivery was settled. */
    public void settled(Delivery delivery) {
        switch (delivery.outcome()) {
            case FILTERED -> {
                totalFiltered.increment();
                filtered(delivery.route(), delivery.record().topic()).increment();
            }
            case STORED -> totalStored.increment();
            case DEAD_LETTERED -> totalDeadLettered.increment();
        }
    }

    private Counter filtered(String route, String topic) {
        var last = lastFiltered;
        if (last == null || last.route != route || last.topic != topic) {
            last = new LastFiltered(route, topic, filtered.computeIfAbsent(List.of(route, topic),
                    _ -> registry.counter("penstock.records.filtered", "route", route, "topic", topic)));
            lastFiltered = last;
        }
        return last.counter;
    }

    /** The totals since the start, of all routes and topics. */
    public Totals totals() {
        return new Totals(totalPolled.sum(), totalStored.sum(), totalFiltered.sum(), totalDeadLettered.sum());
    }

    /**
     * Records since the start.
     *
     * @param polled       entered
     * @param stored       settled with every document stored
     * @param filtered     settled without a document
     * @param deadLettered kept as dead letters
     */
    public record Totals(long polled, long stored, long filtered, long deadLettered) {
    }
}

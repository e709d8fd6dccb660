package io.penstock.convert;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** Counts converted records by route and topic. Thread-safe. */
final class ConvertedCounters {

    private record Last(String route, Object topic, LongAdder count) {
    }

    private final MeterRegistry registry;
    /** By route and topic; not by a record, for whose hash Java makes classes when the first one is converted. */
    private final Map<List<String>, LongAdder> counts = new ConcurrentHashMap<>();
    // A race only costs a second look-up: the record's final fields are seen whole by every thread.
    private @Nullable Last last;

    private ConvertedCounters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Those of the context's registry of meters; null where there is none. */
    static @Nullable ConvertedCounters in(CamelContext context) {
        var registry = context.getRegistry().findSingleByType(MeterRegistry.class);
        return registry == null ? null : new ConvertedCounters(registry);
    }

    void count(Exchange exchange) {
        var route = exchange.getFromRouteId();
        var topic = exchange.getMessage().getHeader("kafka.TOPIC");
        var known = last;
        if (known != null && known.route == route && known.topic == topic) {
            known.count.increment();
            return;
        }
        var count = counts.computeIfAbsent(List.of(String.valueOf(route), String.valueOf(topic)), this::register);
        count.increment();
        if (route != null && topic != null) {
            last = new Last(route, topic, count);
        }
    }

    /** Each record is counted in it: a registry's own counter is a composite, and takes much longer. */
    private LongAdder register(List<String> key) {
        var count = new LongAdder();
        FunctionCounter.builder("penstock.records.converted", count, LongAdder::sum)
                .tags("route", key.getFirst(), "topic", key.getLast()).register(registry);
        return count;
    }
}

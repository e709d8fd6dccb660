package io.penstock.convert;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** Counts converted records by route and topic. Thread-safe. */
final class ConvertedCounters {

    private record Last(String route, Object topic, Counter counter) {
    }

    private final MeterRegistry registry;
    /** By route and topic; not by a record, for whose hash Java makes classes when the first one is converted. */
    private final Map<List<String>, Counter> counters = new ConcurrentHashMap<>();
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
            known.counter.increment();
            return;
        }
        var counter = counters.computeIfAbsent(List.of(String.valueOf(route), String.valueOf(topic)),
                key -> registry.counter("penstock.records.converted", "route", key.getFirst(), "topic", key.getLast()));
        counter.increment();
        if (route != null && topic != null) {
            last = new Last(route, topic, counter);
        }
    }
}

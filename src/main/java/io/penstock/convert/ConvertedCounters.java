package io.penstock.convert;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** Counts converted records by route and topic. Thread-safe. */
final class ConvertedCounters {

    private record RouteTopic(String route, String topic) {
    }

    private final MeterRegistry registry;
    private final Map<RouteTopic, Counter> counters = new ConcurrentHashMap<>();

    private ConvertedCounters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Those of the context's registry of meters; null where there is none. */
    static @Nullable ConvertedCounters in(CamelContext context) {
        var registry = context.getRegistry().findSingleByType(MeterRegistry.class);
        return registry == null ? null : new ConvertedCounters(registry);
    }

    void count(Exchange exchange) {
        var key = new RouteTopic(String.valueOf(exchange.getFromRouteId()),
                String.valueOf(exchange.getMessage().getHeader("kafka.TOPIC")));
        counters.computeIfAbsent(key, k -> registry.counter("penstock.records.converted", "route", k.route, "topic", k.topic))
                .increment();
    }
}

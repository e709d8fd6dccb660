package io.penstock.source.kafka;

import java.util.Locale;
import java.util.Set;

import org.apache.camel.Exchange;
import org.apache.camel.component.kafka.KafkaHeaderFilterStrategy;

/**
 * Lets a record's headers into the exchange as data, but none that Camel or a component would take for an instruction
 * (endpoint, index, file, operation): only the route decides those.
 */
public final class IncomingHeaders extends KafkaHeaderFilterStrategy {

    /** Header names that camel-elasticsearch, camel-http and others obey without the {@code Camel} prefix. */
    private static final Set<String> INSTRUCTIONS = Set.of("indexname", "indexid", "operation", "waitforactiveshards",
            "documentclass", "documentmode", "size", "from", "scrollkeepalivems", "usescroll", "enabledocumentonlymode", "host",
            "breadcrumbid");

    @Override
    public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.startsWith("camel") || lower.startsWith("org.apache.camel") || lower.startsWith("kafka.")
                || INSTRUCTIONS.contains(lower);
    }
}

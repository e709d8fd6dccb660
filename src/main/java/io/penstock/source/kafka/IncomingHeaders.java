package io.penstock.source.kafka;

import java.util.Locale;
import java.util.Set;

import org.apache.camel.Exchange;
import org.apache.camel.component.kafka.KafkaHeaderFilterStrategy;
import org.jspecify.annotations.Nullable;

/**
 * Lets a record's headers into the exchange as data, but none that Camel or a component would take for an instruction
 * (endpoint, index, file, operation): only the route decides those. May be called from any thread.
 */
public final class IncomingHeaders extends KafkaHeaderFilterStrategy {

    /** Header names that camel-elasticsearch, camel-http and others obey without the {@code Camel} prefix. */
    private static final Set<String> INSTRUCTIONS = Set.of("indexname", "indexid", "operation", "waitforactiveshards",
            "documentclass", "documentmode", "size", "from", "scrollkeepalivems", "usescroll", "enabledocumentonlymode", "host",
            "breadcrumbid");

    /** How many names are kept: they come from outside. A power of two. */
    private static final int KEPT = 64;
    private static final int LONGEST_KEPT = 64;

    private record Verdict(String name, boolean staysOutside) {
    }

    /** By the name's hash: records of a topic have the same few names. A race only costs a second look; a record is seen whole. */
    private final @Nullable Verdict[] verdicts = new Verdict[KEPT];

    @Override
    public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
        int hash = name.hashCode();
        int at = (hash ^ hash >>> 16) & KEPT - 1;
        var verdict = verdicts[at];
        if (verdict == null || !verdict.name.equals(name)) {
            verdict = new Verdict(name, staysOutside(name));
            if (name.length() <= LONGEST_KEPT) {
                verdicts[at] = verdict;
            }
        }
        return verdict.staysOutside;
    }

    private static boolean staysOutside(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.startsWith("camel") || lower.startsWith("org.apache.camel") || lower.startsWith("kafka.")
                || INSTRUCTIONS.contains(lower);
    }
}

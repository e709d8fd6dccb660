package io.penstock.route.test;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record of a case.
 *
 * @param topic     null for the topic that the route reads
 * @param partition 0 by default
 * @param offset    0, 1, 2... within the case by default
 * @param timestamp milliseconds since 1970, or -1
 * @param key       null if it has none
 * @param value     null for a tombstone
 * @param headers   as text
 */
record TestRecord(@Nullable String topic, int partition, long offset, long timestamp, @Nullable String key,
        byte @Nullable [] value, Map<String, String> headers) {

    public TestRecord {
        headers = Map.copyOf(headers);
    }
}

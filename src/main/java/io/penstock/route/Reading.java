package io.penstock.route;

import java.util.List;
import java.util.stream.Stream;

import org.apache.camel.CamelContext;

/**
 * That a route file reads a topic, and in which consumer group. Without a broker there are no groups: whatever reads a topic shares
 * its records.
 *
 * @param topic or a pattern of topics
 */
record Reading(RouteVersion version, String topic, boolean isPattern, String group) {

    /** @param group of routes that name none */
    static List<Reading> of(RouteVersion version, CamelContext context, String group) {
        return version.routes().stream().flatMap(route -> KafkaInput.of(route, context).stream()).flatMap(input -> {
            var named = String.valueOf(input.options().getOrDefault("groupId", group));
            return input.isPattern() ? Stream.of(new Reading(version, input.topics(), true, named))
                    : Stream.of(input.topics().split(",")).map(topic -> new Reading(version, topic.strip(), false, named));
        }).toList();
    }

    /** Whether records of a topic may go to the one or the other, which are of two groups. Two patterns may have a topic in common. */
    boolean dividesWith(Reading other) {
        return !group.equals(other.group) && (isPattern ? other.isPattern || other.topic.matches(topic)
                : other.isPattern ? topic.matches(other.topic) : topic.equals(other.topic));
    }

    boolean isAmong(List<Reading> readings) {
        return readings.stream().anyMatch(reading -> reading.topic.equals(topic) && reading.group.equals(group));
    }
}

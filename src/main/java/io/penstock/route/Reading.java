package io.penstock.route;

import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.apache.camel.CamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.util.URISupport;

/**
 * That a route file reads a topic, and in which consumer group. Without a broker there are no groups: whatever reads a topic shares
 * its records.
 *
 * @param topic or a pattern of topics
 */
record Reading(RouteVersion version, String topic, boolean isPattern, String group) {

    private static final String KAFKA = "kafka:";

    /** @param group of routes that name none */
    static List<Reading> of(RouteVersion version, CamelContext context, String group) {
        var readings = new ArrayList<Reading>();
        for (RouteDefinition route : version.routes()) {
            var uri = context.resolvePropertyPlaceholders(route.getInput().getEndpointUri());
            if (uri.startsWith(KAFKA)) {
                int query = uri.indexOf('?');
                var options = query < 0 ? Map.<String, Object>of() : options(uri.substring(query + 1));
                var of = String.valueOf(options.getOrDefault("groupId", group));
                var topics = uri.substring(KAFKA.length(), query < 0 ? uri.length() : query).replace("/", "");
                if ("true".equals(options.get("topicIsPattern"))) {
                    readings.add(new Reading(version, topics, true, of));
                } else {
                    Stream.of(topics.split(",")).forEach(topic -> readings.add(new Reading(version, topic.strip(), false, of)));
                }
            }
        }
        return readings;
    }

    private static Map<String, Object> options(String query) {
        try {
            return URISupport.parseQuery(query);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
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

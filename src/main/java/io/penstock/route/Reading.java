package io.penstock.route;

import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;

import org.apache.camel.CamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.util.URISupport;

/**
 * That a route file reads a topic, and in which consumer group. Without a broker there are no groups: whatever reads a topic shares
 * its records.
 */
record Reading(RouteVersion version, String topic, String group) {

    private static final String KAFKA = "kafka:";

    /** @param group of routes that name none */
    static List<Reading> of(RouteVersion version, CamelContext context, String group) {
        var readings = new ArrayList<Reading>();
        for (RouteDefinition route : version.routes()) {
            var uri = context.resolvePropertyPlaceholders(route.getInput().getEndpointUri());
            if (uri.startsWith(KAFKA)) {
                int query = uri.indexOf('?');
                var topics = uri.substring(KAFKA.length(), query < 0 ? uri.length() : query).replace("/", "");
                for (String topic : topics.split(",")) {
                    readings.add(new Reading(version, topic.strip(), query < 0 ? group : group(uri.substring(query + 1), group)));
                }
            }
        }
        return readings;
    }

    private static String group(String query, String group) {
        try {
            var given = URISupport.parseQuery(query).get("groupId");
            return given == null ? group : given.toString();
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    boolean isAmong(List<Reading> readings) {
        return readings.stream().anyMatch(reading -> reading.topic.equals(topic) && reading.group.equals(group));
    }
}

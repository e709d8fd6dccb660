package io.penstock.route;

import java.net.URISyntaxException;
import java.util.Map;
import java.util.Optional;

import org.apache.camel.CamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.util.URISupport;

/**
 * What a route reads from Kafka.
 *
 * @param topics  as the endpoint has them: several with commas between them, or a pattern
 * @param options of the endpoint
 */
record KafkaInput(String topics, Map<String, Object> options) {

    private static final String SCHEME = "kafka:";

    /**
     * Nothing if the route reads from elsewhere.
     *
     * @throws IllegalArgumentException if a placeholder has no value, or the options can't be read
     */
    static Optional<KafkaInput> of(RouteDefinition route, CamelContext context) {
        var uri = context.resolvePropertyPlaceholders(route.getInput().getEndpointUri());
        if (!uri.startsWith(SCHEME)) {
            return Optional.empty();
        }
        int query = uri.indexOf('?');
        try {
            var topics = uri.substring(SCHEME.length(), query < 0 ? uri.length() : query).replace("/", "");
            return Optional.of(new KafkaInput(topics, query < 0 ? Map.of() : URISupport.parseQuery(uri.substring(query + 1))));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** @param byDefault how many consumers read it if it doesn't say; nor does what is no number, with which no route starts */
    int consumers(int byDefault) {
        var count = String.valueOf(options.getOrDefault("consumersCount", byDefault));
        return count.matches("[1-9]\\d{0,3}") ? Integer.parseInt(count) : byDefault;
    }

    boolean isPattern() {
        return "true".equals(options.get("topicIsPattern"));
    }
}

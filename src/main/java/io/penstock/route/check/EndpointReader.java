package io.penstock.route.check;

import io.penstock.route.yaml.Yaml;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Reads the endpoint that a step names: its URI, and {@code parameters} beside it. */
final class EndpointReader {

    private final Placeholders placeholders;
    private final ImageCatalog catalog;
    private final Findings findings;

    EndpointReader(Placeholders placeholders, ImageCatalog catalog, Findings findings) {
        this.placeholders = placeholders;
        this.catalog = catalog;
        this.findings = findings;
    }

    /** Empty, and reported, if it is no endpoint. */
    Optional<EndpointUse> read(String step, Node body, ScalarNode uri) {
        var options = new LinkedHashMap<String, String>();
        var written = new HashMap<String, String>();
        var optionAt = new HashMap<String, Node>();
        parameters(body, options, written, optionAt);
        var text = placeholders.lenient(uri.getValue());
        query(text, options);
        query(uri.getValue(), written);
        return use(step, uri, text, options, written, optionAt);
    }

    private void parameters(Node body, Map<String, String> options, Map<String, String> written, Map<String, Node> optionAt) {
        if (Scalars.node(body, "parameters").orElse(null) instanceof MappingNode mapping) {
            for (var tuple : mapping.getValue()) {
                if (tuple.getValueNode() instanceof ScalarNode scalar) {
                    options.put(Yaml.key(tuple), placeholders.lenient(scalar.getValue()));
                    written.put(Yaml.key(tuple), scalar.getValue());
                    optionAt.put(Yaml.key(tuple), tuple.getKeyNode());
                }
            }
        }
    }

    private static void query(String uri, Map<String, String> options) {
        int query = uri.indexOf('?');
        if (query >= 0) {
            for (var option : uri.substring(query + 1).split("&")) {
                int equals = option.indexOf('=');
                if (equals > 0) {
                    options.putIfAbsent(option.substring(0, equals), option.substring(equals + 1));
                }
            }
        }
    }

    private Optional<EndpointUse> use(String step, ScalarNode at, String uri, Map<String, String> options, Map<String, String> written,
            Map<String, Node> optionAt) {
        int query = uri.indexOf('?');
        var address = query < 0 ? uri : uri.substring(0, query);
        int colon = address.indexOf(':');
        if (colon < 0 && catalog.components().contains(address)) {
            return ofParameters(step, at, address, options, written, optionAt);
        }
        if (colon < 0) {
            var shown = at.getValue().startsWith(address) ? address : at.getValue();
            findings.error(at, "'" + shown + "' is no endpoint",
                    "write component:name, for example kafka:orders; there are " + String.join(", ", catalog.components()));
            return Optional.empty();
        }
        var rest = address.substring(colon + 1).replaceFirst("^//", "");
        return Optional.of(new EndpointUse(at, step, address.substring(0, colon), rest, options, written, optionAt));
    }

    /** Camel also takes the name as one of the parameters: {@code uri: kafka} with {@code topic: orders}. */
    private Optional<EndpointUse> ofParameters(String step, ScalarNode at, String scheme, Map<String, String> options,
            Map<String, String> written, Map<String, Node> optionAt) {
        try {
            var uri = catalog.asEndpointUri(scheme, options, false);
            var address = uri.contains("?") ? uri.substring(0, uri.indexOf('?')) : uri;
            var rest = address.substring(Math.min(address.length(), scheme.length() + 1));
            var queryOptions = new LinkedHashMap<>(options);
            catalog.endpointProperties(address).keySet().forEach(queryOptions::remove);
            return Optional.of(new EndpointUse(at, step, scheme, rest, queryOptions, written, optionAt));
        } catch (RuntimeException | URISyntaxException e) {
            findings.error(at, "these parameters make no endpoint of " + scheme
                    + (written.toString().contains("{{") ? "" : ": " + e.getMessage()), "");
            return Optional.empty();
        }
    }
}

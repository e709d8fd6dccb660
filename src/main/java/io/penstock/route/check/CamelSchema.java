package io.penstock.route.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.convert.Spelling;
import io.penstock.route.yaml.Yaml;
import io.penstock.route.yaml.YamlFault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Camel's schema of its YAML, {@code camelYamlDsl.json}: which steps there are and which options they have. A validator of its
 * own, because only nodes know their line, and because a general one answers a wrong name with every alternative it tried.
 */
final class CamelSchema {

    /** Where camel-yaml-dsl keeps it. */
    static final String RESOURCE = "schema/camelYamlDsl.json";

    private final JsonNode root;
    private final Map<JsonNode, Map<String, JsonNode>> properties = new IdentityHashMap<>();

    private CamelSchema(JsonNode root) {
        this.root = root;
    }

    static CamelSchema load() {
        try (var in = CamelSchema.class.getClassLoader().getResourceAsStream(RESOURCE)) {
            return new CamelSchema(new ObjectMapper().readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode root() {
        return root;
    }

    /** Reports everything that is not as the schema has it. */
    void check(Node file, Findings findings) {
        check(file, root, "a route file", findings);
    }

    private void check(Node node, JsonNode schema, String what, Findings findings) {
        var types = new LinkedHashSet<String>();
        types(schema, types);
        switch (node) {
            case MappingNode mapping when types.contains("object") -> object(mapping, schema, what, findings);
            case SequenceNode sequence when types.contains("array") -> {
                var items = resolve(schema).path("items");
                sequence.getValue().forEach(element -> check(element, items, what, findings));
            }
            case ScalarNode scalar when Yaml.isNull(scalar) || types.isEmpty() -> {
            }
            case ScalarNode scalar when types.stream().anyMatch(type -> !type.equals("object") && !type.equals("array")) ->
                scalar(scalar, schema, types, what, findings);
            default -> {
                if (!types.isEmpty()) {
                    findings.error(node, what + " wants " + wanted(types) + ", found " + Yaml.kind(node), hint(types, what));
                }
            }
        }
    }

    private static String wanted(Set<String> types) {
        return types.contains("object") ? "options (name: value)" : types.contains("array") ? "a list (- ...)" : "one value";
    }

    private static String hint(Set<String> types, String what) {
        return types.contains("object") && Set.of("wireTap", "enrich", "pollEnrich").contains(what)
                ? "write " + what + ": { uri: ... }" : "";
    }

    private void object(MappingNode mapping, JsonNode schema, String what, Findings findings) {
        var known = properties(schema);
        if (known.isEmpty()) {
            return;
        }
        var given = new HashSet<String>();
        for (var tuple : mapping.getValue()) {
            var name = name(tuple.getKeyNode(), findings);
            if (name == null) {
                continue;
            }
            if (!given.add(name)) {
                findings.error(tuple.getKeyNode(), name + " is given twice", "");
            } else if (known.containsKey(name)) {
                if (isStep(schema)) {
                    RouteSteps.refusal(name).ifPresent(step -> findings.error(tuple.getKeyNode(), step.message(), step.hint()));
                }
                check(tuple.getValueNode(), known.get(name), name, findings);
            } else {
                findings.error(tuple.getKeyNode(), (isStep(schema) ? "there is no step " + name : what + " has no " + name),
                        Spelling.hint(name, known.keySet()));
            }
        }
        if (resolve(schema).path("maxProperties").asInt(Integer.MAX_VALUE) < given.size()) {
            findings.error(mapping.getValue().get(1).getKeyNode(),
                    "one entry of a list holds one " + (isStep(schema) ? "step" : "thing") + ", here are " + String.join(", ", given),
                    "begin each with '- ', and indent its options further");
        }
        var required = new LinkedHashSet<String>();
        required(schema, required);
        required.removeAll(given);
        required.forEach(name -> findings.error(mapping, what + " needs " + name, ""));
    }

    private static @Nullable String name(Node key, Findings findings) {
        if (key instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        findings.add(new YamlFault(key, "a name is wanted here, found " + Yaml.kind(key)));
        return null;
    }

    private boolean isStep(JsonNode schema) {
        return properties(schema).containsKey("aggregate") && properties(schema).containsKey("filter");
    }

    private void scalar(ScalarNode node, JsonNode schema, Set<String> types, String what, Findings findings) {
        var text = node.getValue();
        if (text.contains("{{") || types.contains("string") && choices(schema).isEmpty()) {
            return;
        }
        var choices = choices(schema);
        if (!choices.isEmpty() && choices.stream().noneMatch(text::equalsIgnoreCase)) {
            findings.error(node, what + " can't be " + text, Spelling.hint(text, choices));
        } else if (types.contains("boolean") && !text.equals("true") && !text.equals("false")) {
            findings.error(node, what + " wants true or false, found '" + text + "'", "");
        } else if ((types.contains("number") || types.contains("integer")) && !text.matches("-?\\d+(\\.\\d+)?")) {
            findings.error(node, what + " wants a number, found '" + text + "'", "");
        }
    }

    private Set<String> choices(JsonNode schema) {
        var choices = new LinkedHashSet<String>();
        var resolved = resolve(schema);
        resolved.path("enum").forEach(choice -> choices.add(choice.asText()));
        return choices;
    }

    private JsonNode resolve(JsonNode schema) {
        var resolved = schema;
        while (resolved.has("$ref")) {
            resolved = root.at(resolved.get("$ref").asText().substring(1));
        }
        return resolved;
    }

    private void types(JsonNode schema, Set<String> types) {
        var resolved = resolve(schema);
        if (resolved.has("type") && !resolved.has("oneOf")) {
            types.add(resolved.get("type").asText());
        }
        for (var alternatives : new String[] {"oneOf", "anyOf", "allOf"}) {
            resolved.path(alternatives).forEach(alternative -> {
                if (!alternative.has("not")) {
                    types(alternative, types);
                }
            });
        }
        if (types.isEmpty() && resolved.has("properties")) {
            types.add("object");
        }
    }

    /** The options an object may have, whichever alternative they come from. */
    private Map<String, JsonNode> properties(JsonNode schema) {
        var resolved = resolve(schema);
        var known = properties.get(resolved);
        if (known == null) {
            known = new LinkedHashMap<>();
            properties.put(resolved, known);
            collect(resolved, known);
        }
        return known;
    }

    private void collect(JsonNode schema, Map<String, JsonNode> into) {
        for (var property : schema.path("properties").properties()) {
            if (!property.getValue().isEmpty() || !into.containsKey(property.getKey())) {
                into.put(property.getKey(), property.getValue());
            }
        }
        for (var alternatives : new String[] {"oneOf", "anyOf", "allOf"}) {
            schema.path(alternatives).forEach(alternative -> {
                var resolved = resolve(alternative);
                for (var property : properties(resolved).entrySet()) {
                    var present = into.get(property.getKey());
                    if (present == null || present.isEmpty()) {
                        into.put(property.getKey(), property.getValue());
                    }
                }
            });
        }
    }

    /** What every alternative needs is asked for by the rules; here is what the object itself needs. */
    private void required(JsonNode schema, Set<String> names) {
        resolve(schema).path("required").forEach(name -> names.add(name.asText()));
    }
}

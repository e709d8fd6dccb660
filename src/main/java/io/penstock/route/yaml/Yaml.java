package io.penstock.route.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.penstock.convert.YamlProblem;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads YAML into nodes, and nodes into JSON. */
public final class Yaml {

    private Yaml() {
    }

    /**
     * The one document of a YAML text; empty if there is none.
     *
     * @throws YamlFault if it is no YAML
     */
    public static Optional<Node> compose(String text) {
        try {
            return new Compose(LoadSettings.builder().setUseMarks(true).build()).composeString(text);
        } catch (MarkedYamlEngineException e) {
            throw new YamlFault(e.getProblemMark().or(e::getContextMark), "this is not YAML: " + YamlProblem.of(e));
        } catch (YamlEngineException e) {
            throw new YamlFault(Optional.empty(), "this is not YAML: " + e.getMessage());
        }
    }

    /**
     * A mapping's entries by key, in their order.
     *
     * @throws YamlFault if it is no mapping, or has a key twice or one that is no text
     */
    public static Map<String, NodeTuple> entries(Node node, String what) {
        if (!(node instanceof MappingNode mapping)) {
            throw new YamlFault(node, what + " wants names with values (name: value), found " + kind(node));
        }
        var entries = new LinkedHashMap<String, NodeTuple>();
        for (var tuple : mapping.getValue()) {
            if (entries.put(key(tuple), tuple) != null) {
                throw new YamlFault(tuple.getKeyNode(), key(tuple) + " is given twice");
            }
        }
        return entries;
    }

    /** @throws YamlFault if the key is no text */
    public static String key(NodeTuple tuple) {
        if (tuple.getKeyNode() instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw new YamlFault(tuple.getKeyNode(), "a name is wanted here, found " + kind(tuple.getKeyNode()));
    }

    /** @throws YamlFault if the node is no scalar */
    public static String text(Node node, String what) {
        if (node instanceof ScalarNode scalar && !isNull(node)) {
            return scalar.getValue();
        }
        throw new YamlFault(node, what + " wants text, found " + kind(node));
    }

    public static boolean isNull(Node node) {
        return node.getTag().equals(Tag.NULL);
    }

    /** The line in which a node begins, from 1. */
    public static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }

    /** What a node is, in words. */
    public static String kind(Node node) {
        return switch (node) {
            case MappingNode _ -> "names with values";
            case SequenceNode _ -> "a list";
            default -> isNull(node) ? "nothing" : "'" + ((ScalarNode) node).getValue() + "'";
        };
    }

    /**
     * The node as JSON, numbers digit by digit.
     *
     * @throws YamlFault if it has no counterpart in JSON
     */
    public static JsonNode json(Node node) {
        var json = JsonNodeFactory.withExactBigDecimals(true);
        return switch (node) {
            case MappingNode mapping -> {
                var object = json.objectNode();
                mapping.getValue().forEach(tuple -> object.set(key(tuple), json(tuple.getValueNode())));
                yield object;
            }
            case SequenceNode sequence -> {
                var array = json.arrayNode();
                sequence.getValue().forEach(element -> array.add(json(element)));
                yield array;
            }
            case ScalarNode scalar -> scalar(json, scalar);
            default -> throw new YamlFault(node, "this can't be JSON");
        };
    }

    private static JsonNode scalar(JsonNodeFactory json, ScalarNode node) {
        var text = node.getValue();
        try {
            return switch (node.getTag()) {
                case Tag tag when tag.equals(Tag.NULL) -> json.nullNode();
                case Tag tag when tag.equals(Tag.BOOL) -> json.booleanNode(Boolean.parseBoolean(text));
                case Tag tag when tag.equals(Tag.INT) -> json.numberNode(new BigInteger(text));
                case Tag tag when tag.equals(Tag.FLOAT) -> json.numberNode(new BigDecimal(text));
                default -> json.textNode(text);
            };
        } catch (NumberFormatException e) {
            throw new YamlFault(node, "JSON has no number " + text);
        }
    }
}

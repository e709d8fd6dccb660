package io.penstock.route;

import java.util.IdentityHashMap;
import java.util.Map;

import io.penstock.route.yaml.Yaml;
import org.apache.camel.LineNumberAware;
import org.apache.camel.dsl.yaml.common.YamlDeserializationContext;
import org.snakeyaml.engine.v2.api.ConstructNode;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Makes Camel's model of YAML, each step with the line of its name. Camel takes the line in which the step's options begin, counted from 0,
 * which is the same only where they begin in the next line.
 */
final class LinedYaml extends YamlDeserializationContext {

    /** By value. */
    private final Map<Node, Integer> lines = new IdentityHashMap<>();

    LinedYaml(LoadSettings settings) {
        super(settings);
    }

    /** Looks where the names in a file are, before anything is made of it. */
    void look(Node file) {
        look(file, Yaml.line(file));
    }

    private void look(Node node, int line) {
        // What is aliased has the line of the first who has it.
        if (lines.putIfAbsent(node, line) == null) {
            if (node instanceof SequenceNode sequence) {
                sequence.getValue().forEach(element -> look(element, Yaml.line(element)));
            } else if (node instanceof MappingNode mapping) {
                mapping.getValue().forEach(tuple -> look(tuple.getValueNode(), Yaml.line(tuple.getKeyNode())));
            }
        }
    }

    @Override
    public ConstructNode resolve(Node node, String id) {
        var construct = super.resolve(node, id);
        return value -> {
            var made = construct.construct(value);
            if (made instanceof LineNumberAware lined && lines.get(value) instanceof Integer line) {
                lined.setLineNumber(line);
            }
            return made;
        };
    }
}

package io.penstock.route.check;

import io.penstock.route.yaml.Yaml;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Looks into mappings that may have any shape. */
final class Scalars {

    private Scalars() {
    }

    /** The value of a name, if the node is a mapping that has it. */
    static Optional<Node> node(Node node, String name) {
        if (node instanceof MappingNode mapping) {
            for (var tuple : mapping.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode key && key.getValue().equals(name)
                        && !Yaml.isNull(tuple.getValueNode())) {
                    return Optional.of(tuple.getValueNode());
                }
            }
        }
        return Optional.empty();
    }

    /** The text of a name, if the node is a mapping that has it. */
    static Optional<String> of(Node node, String name) {
        return node(node, name).filter(ScalarNode.class::isInstance).map(value -> ((ScalarNode) value).getValue());
    }
}

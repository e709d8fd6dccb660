package io.penstock.route.yaml;

import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/** Something is wrong in a YAML file, at this place. Lines and columns count from 1; the message has no place in it. */
public final class YamlFault extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int line;
    private final int column;

    public YamlFault(Node node, String message) {
        this(node.getStartMark(), message);
    }

    YamlFault(Optional<Mark> mark, String message) {
        super(message, null, false, false);
        line = mark.map(m -> m.getLine() + 1).orElse(1);
        column = mark.map(m -> m.getColumn() + 1).orElse(1);
    }

    public int line() {
        return line;
    }

    public int column() {
        return column;
    }
}

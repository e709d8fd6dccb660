package io.penstock.route.check;

import io.penstock.route.check.Finding.Severity;
import io.penstock.route.yaml.Yaml;
import io.penstock.route.yaml.YamlFault;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Gathers what is wrong in one file. */
final class Findings {

    private final String file;
    private final Set<Finding> findings = new LinkedHashSet<>();

    Findings(String file) {
        this.file = file;
    }

    String file() {
        return file;
    }

    void error(Node at, String message, String hint) {
        add(at, 0, Severity.ERROR, message, hint);
    }

    void warning(Node at, String message, String hint) {
        add(at, 0, Severity.WARNING, message, hint);
    }

    /** At a word of a scalar, if it is written on one line; else at its beginning. */
    void errorAt(Node at, String word, String message, String hint) {
        int offset = 0;
        if (at instanceof ScalarNode scalar && !scalar.getValue().contains("\n")) {
            int found = scalar.getValue().indexOf(word);
            offset = found < 0 ? 0 : found + (scalar.getScalarStyle() == ScalarStyle.PLAIN ? 0 : 1);
        }
        add(at, offset, Severity.ERROR, message, hint);
    }

    /** On a line of a block of text ({@code |}), counted from 0; at its beginning if it is no block. */
    void errorInBlock(ScalarNode block, int line, String message, String hint) {
        if (block.getScalarStyle() != ScalarStyle.LITERAL || line < 0) {
            error(block, message, hint);
        } else {
            findings.add(new Finding(file, Yaml.line(block) + 1 + line, 1, Severity.ERROR, message, hint));
        }
    }

    void add(YamlFault fault) {
        findings.add(new Finding(file, fault.line(), fault.column(), Severity.ERROR, String.valueOf(fault.getMessage()), ""));
    }

    void add(Finding finding) {
        findings.add(finding);
    }

    private void add(Node at, int offset, Severity severity, String message, String hint) {
        findings.add(new Finding(file, Yaml.line(at), column(at) + offset, severity, message, hint));
    }

    private static int column(Node node) {
        return node.getStartMark().map(m -> m.getColumn() + 1).orElse(1);
    }

    /** In the order of their places. */
    List<Finding> all() {
        return findings.stream().sorted(Comparator.comparingInt(Finding::line).thenComparingInt(Finding::column)).toList();
    }
}

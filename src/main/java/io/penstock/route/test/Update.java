package io.penstock.route.test;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.route.yaml.Yaml;
import io.penstock.route.yaml.YamlFault;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.CollectionNode;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Writes what came out as what is expected, into the text of a test file; all else stays as its author wrote it. */
final class Update {

    private Update() {
    }

    /**
     * The text with the expectations of the failed cases replaced; empty if it is written in a way in which that would change more.
     *
     * @param results of all cases in the text, in their order
     */
    static Optional<String> of(String text, List<CaseResult> results) {
        var root = Yaml.compose(text).orElseThrow();
        var wanted = Yaml.json(root);
        var updated = text;
        // From the last to the first: those before stay where they are.
        for (int i = results.size() - 1; i >= 0; i--) {
            var result = results.get(i);
            if (!result.isPassed() && !result.actual().isEmpty()) {
                var block = yaml(result.actual(), FlowStyle.BLOCK);
                ((ObjectNode) wanted.get(i)).set("expect", Yaml.json(Yaml.compose(block).orElseThrow()).get("expect"));
                var node = (MappingNode) ((SequenceNode) root).getValue().get(i);
                updated = isFlow(node) ? inFlow(updated, node, yaml(result.actual(), FlowStyle.FLOW)) : inBlock(updated, node, block);
            }
        }
        return says(updated, wanted) ? Optional.of(updated) : Optional.empty();
    }

    private static boolean says(String text, JsonNode wanted) {
        try {
            return Yaml.compose(text).map(Yaml::json).filter(wanted::equals).isPresent();
        } catch (YamlFault e) {
            return false;
        }
    }

    private static Optional<NodeTuple> expect(MappingNode node) {
        return node.getValue().stream().filter(tuple -> Yaml.key(tuple).equals("expect")).findFirst();
    }

    /** In braces: the rest of the case may be on the same line. */
    private static String inFlow(String text, MappingNode node, String mapping) {
        var entry = mapping.strip().replaceFirst("^\\{", "").replaceFirst("}$", "");
        var expect = expect(node);
        int end = offset(text, expect.orElse(node.getValue().getLast()).getValueNode().getEndMark());
        int begin = expect.map(tuple -> offset(text, tuple.getKeyNode().getStartMark())).orElse(end);
        return text.substring(0, begin) + (expect.isPresent() ? "" : ", ") + entry + text.substring(end);
    }

    private static int offset(String text, Optional<Mark> mark) {
        return text.offsetByCodePoints(0, mark.orElseThrow().getIndex());
    }

    private static String inBlock(String text, MappingNode node, String block) {
        var lines = new ArrayList<>(Arrays.asList(text.split("\n", -1)));
        int column = node.getValue().getFirst().getKeyNode().getStartMark().orElseThrow().getColumn();
        var margin = " ".repeat(column);
        var before = margin;
        int first;
        int last;
        var expect = expect(node);
        if (expect.isPresent()) {
            first = expect.get().getKeyNode().getStartMark().orElseThrow().getLine();
            last = Math.max(first + 1, lastLine(expect.get().getValueNode()));
            // The dash of the case, perhaps.
            before = lines.get(first).substring(0, column);
        } else {
            first = lastLine(node);
            last = first;
        }
        // The end of a block is where the next thing begins: blank lines and comments before that are not the block's.
        while (last > first && isBlank(lines.get(Math.min(last, lines.size()) - 1))) {
            last--;
        }
        if (expect.isEmpty()) {
            while (first > 0 && isBlank(lines.get(Math.min(first, lines.size()) - 1))) {
                first--;
            }
            last = first;
        }
        lines.subList(first, Math.min(last, lines.size())).clear();
        lines.addAll(first, (before + block.strip().replace("\n", "\n" + margin)).lines().toList());
        return String.join("\n", lines);
    }

    /** A block ends where the next thing begins, at the start of a line mostly. */
    private static int lastLine(Node node) {
        var end = node.getEndMark().orElseThrow();
        return end.getColumn() == 0 || node instanceof CollectionNode<?> collection && !isFlow(collection) ? end.getLine()
                : end.getLine() + 1;
    }

    private static boolean isFlow(CollectionNode<?> node) {
        return node.getFlowStyle() == FlowStyle.FLOW;
    }

    private static boolean isBlank(String line) {
        return line.isBlank() || line.strip().startsWith("#");
    }

    private static String yaml(List<Actual> actual, FlowStyle style) {
        var expect = new ArrayList<Map<String, Object>>();
        for (var one : actual) {
            var entry = new LinkedHashMap<String, Object>();
            switch (one) {
                case Actual.Document document -> {
                    entry.put("document", plain(document.json()));
                    putTarget(document.target(), "index", entry);
                }
                case Actual.Deleted deleted -> {
                    entry.put("delete", true);
                    putTarget(deleted.target(), "delete", entry);
                }
                case Actual.Dropped _ -> entry.put("dropped", true);
                case Actual.Letter letter -> {
                    var about = new LinkedHashMap<String, Object>();
                    about.put("reason", quoted(letter.reason()));
                    about.put("step", letter.step());
                    entry.put("deadLetter", about);
                }
            }
            expect.add(entry);
        }
        var settings = DumpSettings.builder().setDefaultFlowStyle(style).setIndent(2).setIndicatorIndent(2)
                .setIndentWithIndicator(true).setWidth(style == FlowStyle.FLOW ? Integer.MAX_VALUE : 120)
                .setSplitLines(false).setUseUnicodeEncoding(true).build();
        return new Dump(settings).dumpToString(Map.of("expect", expect));
    }

    /** All that is said of it but the action that goes without saying. */
    private static void putTarget(Map<String, String> target, String usualAction, Map<String, Object> entry) {
        target.forEach((name, value) -> {
            if (!name.equals("action") || !value.equals(usualAction)) {
                entry.put(name, value);
            }
        });
    }

    private static Object plain(JsonNode json) {
        return switch (json.getNodeType()) {
            case OBJECT -> {
                var map = new LinkedHashMap<String, Object>();
                json.properties().forEach(field -> map.put(field.getKey(), plain(field.getValue())));
                yield map;
            }
            case ARRAY -> {
                var list = new ArrayList<Object>();
                json.forEach(element -> list.add(plain(element)));
                yield list;
            }
            case NUMBER -> json.isIntegralNumber() ? json.bigIntegerValue() : json.decimalValue();
            case BOOLEAN -> json.booleanValue();
            case NULL -> null;
            default -> json.textValue();
        };
    }

    /** As a pattern that finds it. */
    private static String quoted(String text) {
        return Pattern.compile("[\\\\\\[\\](){}.*+?^$|]").matcher(text).replaceAll("\\\\$0");
    }
}

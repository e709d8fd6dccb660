package io.penstock.route.test;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** Writes what came out as what is expected, into the text of a test file; all else stays as its author wrote it. */
final class Update {

    private Update() {
    }

    /** The text with the expectations of the failed cases replaced. */
    static String of(String text, List<CaseResult> results) {
        var lines = new ArrayList<>(Arrays.asList(text.split("\n", -1)));
        results.stream().filter(result -> !result.isPassed() && !result.actual().isEmpty())
                .sorted(Comparator.comparingInt((CaseResult result) -> result.routeCase().line()).reversed())
                .forEach(result -> replace(lines, result));
        return String.join("\n", lines);
    }

    private static void replace(List<String> lines, CaseResult result) {
        var expect = result.routeCase().expect();
        int first;
        int last;
        int indent;
        if (expect.isPresent()) {
            var key = expect.get().getKeyNode().getStartMark().orElseThrow();
            first = key.getLine();
            last = Math.max(first + 1, CaseFile.lastLine(expect.get().getValueNode()));
            indent = key.getColumn();
        } else {
            first = result.routeCase().lastLine();
            last = first;
            indent = lines.get(result.routeCase().line() - 1).indexOf("- ") + 2;
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
        var margin = " ".repeat(indent);
        var block = yaml(result.actual()).lines().map(line -> margin + line).toList();
        lines.subList(first, Math.min(last, lines.size())).clear();
        lines.addAll(first, block);
    }

    private static boolean isBlank(String line) {
        return line.isBlank() || line.strip().startsWith("#");
    }

    static String yaml(List<Actual> actual) {
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
        var settings = DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).setIndent(2).setIndicatorIndent(2)
                .setIndentWithIndicator(true).setWidth(120).setSplitLines(false).setUseUnicodeEncoding(true).build();
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

package io.penstock.route.test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares what came out with what was expected, one by one in the order of the records. */
final class Comparison {

    private Comparison() {
    }

    /** What differs, as lines to read; empty if nothing does. */
    static List<String> of(List<Expected> expected, List<Actual> actual) {
        var lines = new ArrayList<String>();
        for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
            if (i >= actual.size()) {
                lines.add("missing: " + text(expected.get(i)));
            } else if (i >= expected.size()) {
                lines.add("not expected: " + text(actual.get(i)));
            } else {
                compare(expected.get(i), actual.get(i), lines);
            }
        }
        return lines;
    }

    private static void compare(Expected expected, Actual actual, List<String> lines) {
        switch (expected) {
            case Expected.Document wanted when actual instanceof Actual.Document found -> documents(wanted, found, lines);
            case Expected.Deleted wanted when actual instanceof Actual.Deleted found -> deletions(wanted, found, lines);
            case Expected.Dropped _ when actual instanceof Actual.Dropped -> {
            }
            case Expected.Letter wanted when actual instanceof Actual.Letter found -> letters(wanted, found, lines);
            default -> {
                lines.add("- " + text(expected));
                lines.add("+ " + text(actual));
            }
        }
    }

    private static void documents(Expected.Document wanted, Actual.Document found, List<String> lines) {
        var differences = new ArrayList<String>();
        targets(wanted.target(), found.target(), differences);
        if (!Json.same(wanted.json(), found.json(), wanted.exact())) {
            differences.addAll(Json.diff(wanted.json(), found.json(), wanted.exact()));
        }
        if (!differences.isEmpty()) {
            lines.add("the document of " + found.record() + " differs (- expected, + actual):");
            lines.addAll(differences);
        }
    }

    private static void deletions(Expected.Deleted wanted, Actual.Deleted found, List<String> lines) {
        var differences = new ArrayList<String>();
        targets(wanted.target(), found.target(), differences);
        if (!differences.isEmpty()) {
            lines.add("the deletion of " + found.record() + " differs (- expected, + actual):");
            lines.addAll(differences);
        }
    }

    private static void targets(Map<String, String> wanted, Map<String, String> found, List<String> lines) {
        wanted.forEach((name, value) -> value(name, value, found.getOrDefault(name, "none"), lines));
    }

    private static void letters(Expected.Letter wanted, Actual.Letter found, List<String> lines) {
        var differences = new ArrayList<String>();
        if (wanted.reason() != null && !wanted.reason().matcher(found.reason()).find()) {
            value("reason", wanted.reason().pattern(), found.reason(), differences);
        }
        value("step", wanted.step(), found.step(), differences);
        if (!differences.isEmpty()) {
            lines.add("the dead letter of " + found.record() + " differs (- expected, + actual):");
            lines.addAll(differences);
        }
    }

    private static void value(String name, @Nullable String wanted, String found,
            List<String> lines) {
        if (wanted != null && !wanted.equals(found)) {
            lines.add("- " + name + ": " + wanted);
            lines.add("+ " + name + ": " + found);
        }
    }

    private static String text(Expected expected) {
        return switch (expected) {
            case Expected.Document document -> "a document " + (document.exact() ? "" : "with ") + document.json();
            case Expected.Deleted deleted -> "a deletion " + deleted.target();
            case Expected.Dropped _ -> "a dropped record";
            case Expected.Letter letter -> "a dead letter" + (letter.reason() == null ? "" : ": " + letter.reason().pattern());
        };
    }

    private static String text(Actual actual) {
        return switch (actual) {
            case Actual.Document document -> "a document of " + document.record() + " in "
                    + document.target().get("index") + ", id " + document.target().get("id") + ": " + document.json();
            case Actual.Deleted deleted -> "a deletion of " + deleted.record() + " " + deleted.target();
            case Actual.Dropped dropped -> "the record " + dropped.record() + " was dropped";
            case Actual.Letter letter -> "a dead letter of " + letter.record() + " in step " + letter.step() + ": "
                    + letter.reason();
        };
    }
}

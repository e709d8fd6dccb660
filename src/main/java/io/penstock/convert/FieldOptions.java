package io.penstock.convert;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The options of one declaration, as the route's author wrote them, read with messages that help. Read in every start, so without
 * switches over types and records' own equals: Java makes classes for those while it runs.
 */
final class FieldOptions {

    private static final List<String> NAMES = List.of("from", "type", "epoch", "format", "zone", "match", "group", "constant",
            "header", "grok", "date", "default", "optional", "trim", "lowercase", "uppercase");

    private final String field;
    private final Map<String, Object> values = new LinkedHashMap<>();

    /** @throws IllegalArgumentException if the options are no options, or there is an unknown or an empty one */
    FieldOptions(String field, @Nullable Object declared) {
        this.field = field;
        // Of nothing, a bare name: the source field of that name, as it is
        if (declared instanceof Map<?, ?> options) {
            options.forEach((name, value) -> add(String.valueOf(name), value));
        } else if (declared != null) {
            throw new IllegalArgumentException("field " + field + ": its options are wanted, like "
                    + "{ from: sourceField, type: integer }, found " + Kind.of(declared));
        }
    }

    private void add(String name, @Nullable Object value) {
        if (!NAMES.contains(name)) {
            throw new IllegalArgumentException(
                    "field " + field + ": there is no option " + name + Spelling.appended(name, NAMES));
        }
        if (value == null) {
            throw refused(name, "has no value; leave the option out or give it one");
        }
        values.put(name, value);
    }

    boolean has(String option) {
        return values.containsKey(option);
    }

    @Nullable Object get(String option) {
        return values.get(option);
    }

    String text(String option, String otherwise) {
        var value = values.get(option);
        if (value == null || value instanceof String) {
            return value == null ? otherwise : (String) value;
        }
        throw refused(option, "wants text, found " + Kind.of(value) + "; put it in quotes");
    }

    boolean flag(String option) {
        var value = values.get(option);
        if (value == null || value instanceof Boolean) {
            return value != null && (Boolean) value;
        }
        throw refused(option, "wants true or false, found " + Kind.of(value));
    }

    /** @throws IllegalArgumentException if the option is there and one of the others too */
    void excludes(String option, List<String> others, String why) {
        for (var other : others) {
            if (has(option) && has(other)) {
                throw refused(option, "can't go with " + other + ": " + why);
            }
        }
    }

    /** @throws IllegalArgumentException if the option is there without one of the others */
    void needs(String option, String other, String orOther) {
        if (has(option) && !has(other) && !has(orOther)) {
            throw refused(option, "says nothing without " + other + " or " + orOther + "; add one of them or leave " + option
                    + " out");
        }
    }

    void constantStandsAlone() {
        excludes("constant", NAMES.stream().filter(name -> !name.equals("constant")).toList(),
                "a constant is written as it is");
    }

    IllegalArgumentException refused(String option, String why) {
        return new IllegalArgumentException("field " + field + ": " + option + " " + why);
    }
}

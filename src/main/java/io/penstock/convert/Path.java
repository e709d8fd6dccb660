package io.penstock.convert;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A place in a record or in a document: {@code data.items[0].name}, the same as {@code data.items.0.name}. A name that
 * itself holds a dot, a comma or a bracket is written in brackets and quotes: {@code ['log.level']}.
 *
 * @param text  as the route's author wrote it
 * @param steps the way, outermost first, never empty
 */
record Path(String text, List<Step> steps) {

    /**
     * @param name  the field's name in an object
     * @param index the same as an index into a list, -1 when it is none
     */
    record Step(String name, int index) {
    }

    Path {
        steps = List.copyOf(steps);
    }

    /** @throws IllegalArgumentException if the text is no path, saying why */
    static Path parse(String text) {
        var steps = new ArrayList<Step>();
        int at = 0;
        boolean wantsName = true;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '[') {
                int end = bracketEnd(text, at);
                steps.add(bracketed(text, text.substring(at + 1, end)));
                at = end + 1;
                wantsName = false;
            } else if (wantsName) {
                int end = nameEnd(text, at);
                if (end == at) {
                    throw malformed(text, c == ']' ? "has a ] without its [" : "has a dot without a name before it");
                }
                steps.add(plain(text.substring(at, end)));
                at = end;
                wantsName = false;
            } else if (c == '.') {
                at++;
                wantsName = true;
            } else {
                throw malformed(text, c == ']' ? "has a ] without its [" : "wants a dot after ]");
            }
        }
        if (wantsName) {
            throw malformed(text, text.isEmpty() ? "is empty" : "ends with a dot");
        }
        return new Path(text, steps);
    }

    /**
     * Paths with commas between them.
     *
     * @throws IllegalArgumentException if one of them is no path, saying why
     */
    static List<Path> parseList(String text) {
        var paths = new ArrayList<Path>();
        int start = 0;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '[') {
                at = bracketEnd(text, at);
            } else if (c == ',') {
                paths.add(parse(text.substring(start, at).strip()));
                start = at + 1;
            }
        }
        paths.add(parse(text.substring(start).strip()));
        return paths;
    }

    private static int bracketEnd(String text, int open) {
        char quote = open + 1 < text.length() ? text.charAt(open + 1) : 0;
        boolean quoted = quote == '\'' || quote == '"';
        int end = quoted ? text.indexOf(quote + "]", open + 2) : text.indexOf(']', open);
        if (end < 0) {
            throw malformed(text, "has a [ without its ]");
        }
        return quoted ? end + 1 : end;
    }

    private static Step bracketed(String text, String inside) {
        if (inside.length() > 2 && (inside.charAt(0) == '\'' || inside.charAt(0) == '"')) {
            return new Step(inside.substring(1, inside.length() - 1), -1);
        }
        var step = plain(inside);
        if (step.index < 0) {
            throw malformed(text, "wants a list index like [0] or a quoted name like ['log.level'] in its brackets");
        }
        return step;
    }

    private static int nameEnd(String text, int from) {
        int end = from;
        while (end < text.length() && ".[]".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    private static Step plain(String name) {
        boolean digits = !name.isEmpty() && name.length() <= 9 && name.chars().allMatch(c -> c >= '0' && c <= '9');
        return new Step(name, digits ? Integer.parseInt(name) : -1);
    }

    private static IllegalArgumentException malformed(String text, String why) {
        return new IllegalArgumentException("the path '" + text + "' " + why);
    }

    /** The innermost name. */
    String lastName() {
        return steps.getLast().name;
    }

    /** The value at this place, null when the way there ends earlier. */
    @Nullable Object find(Map<?, ?> record) {
        Object value = record;
        for (int i = 0; i < steps.size() && value != null; i++) {
            var step = steps.get(i);
            if (value instanceof Map<?, ?> object) {
                value = object.get(step.name);
            } else {
                value = value instanceof List<?> list && step.index >= 0 && step.index < list.size() ? list.get(step.index) : null;
            }
        }
        return value;
    }

    /** Puts the value at this place, making the objects on the way. Every step is taken as a name. */
    void put(Map<String, Object> document, Object value) {
        var object = document;
        for (int i = 0; i < steps.size() - 1; i++) {
            object = objectAt(object, steps.get(i).name);
        }
        object.put(lastName(), value);
    }

    @SuppressWarnings("unchecked") // the document holds only what put and the passing through of fields made
    static Map<String, Object> objectAt(Map<String, Object> parent, String name) {
        return (Map<String, Object>) parent.computeIfAbsent(name, _ -> new LinkedHashMap<String, Object>());
    }
}

package io.penstock.convert;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression on one source field or header, shared by all target fields that take a group of it.
 *
 * @param slot    where a {@link SourceRecord} keeps the result
 * @param rule    the option it comes from, {@code match} or {@code grok}
 * @param from    what it is tried on
 * @param pattern found anywhere in the text unless it is anchored
 * @param template the same as a template, null if it is none
 * @param named   the groups that have a name
 */
record Match(int slot, String rule, Place from, Pattern pattern, @Nullable TextTemplate template,
        Map<String, List<Integer>> named) {

    /** Longest text a pattern is tried on, in characters. */
    static final int MAX_LENGTH = 65_536;
    /**
     * How often a pattern may look at a character of one text. A bound on work, not on time: nine runaway patterns took
     * mostly under 0.1 s each, single tries up to 0.31 s, on the JVM with two overloaded cores.
     */
    static final int MAX_STEPS = 2_000_000;

    /** What the pattern found: start and end of each group, -1 for a group that took no part. */
    record Found(String text, int[] bounds) {
        @Nullable String group(int group) {
            int start = bounds[2 * group];
            return start < 0 ? null : text.substring(start, bounds[2 * group + 1]);
        }
    }

    static Match of(int slot, String rule, Place from, Pattern pattern, Map<String, List<Integer>> named) {
        return new Match(slot, rule, from, pattern, TextTemplate.of(pattern).orElse(null), named);
    }

    /** @throws ConversionException if the value has no text, or the pattern doesn't fit it or takes too long */
    Found find(String field, Object value) {
        var text = Texts.of(field, rule, value);
        if (text.length() > MAX_LENGTH) {
            throw ConversionException.unconvertible(field, rule,
                    "at most " + MAX_LENGTH + " characters in " + from.text(), "longer text");
        }
        var known = template == null ? null : template.find(text);
        if (known != null) {
            if (known.length == 0) {
                throw otherShape(field);
            }
            return new Found(text, known);
        }
        var matcher = pattern.matcher(new BoundedText(text, MAX_STEPS));
        try {
            if (!matcher.find()) {
                throw otherShape(field);
            }
        } catch (BoundedText.Exhausted | StackOverflowError _) {
            throw ConversionException.unconvertible(field, rule, "a pattern that is decided in " + MAX_STEPS
                    + " steps and without deep nesting", "text in " + from.text() + " that takes more");
        }
        var bounds = new int[2 * (matcher.groupCount() + 1)];
        for (int group = 0; group <= matcher.groupCount(); group++) {
            bounds[2 * group] = matcher.start(group);
            bounds[2 * group + 1] = matcher.end(group);
        }
        return new Found(text, bounds);
    }

    private ConversionException otherShape(String field) {
        return ConversionException.unconvertible(field, rule, "text of the pattern's shape in " + from.text(),
                "text of another shape");
    }
}

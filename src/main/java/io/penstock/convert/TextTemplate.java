package io.penstock.convert;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression of texts with gaps between them, like {@code ^(.*?)\[(.*)]$}, which is found by looking for the texts:
 * with the very result of {@link Pattern}, in a tenth of the time.
 *
 * @param gaps each gap's text behind it, and whether the gap takes as little as possible
 */
record TextTemplate(List<Gap> gaps) {

    /** How often a text may be looked for: more is left to the pattern, which bounds its work by itself. */
    private static final int MAX_LOOKS = 1_000;
    /** The answer that the pattern is not found. */
    private static final int[] NONE = {};
    private static final int UNDECIDED = -1;
    private static final int NOT_FOUND = 0;
    private static final int FOUND = 1;
    private static final String SPECIAL = ".[]{}()*+?^$|\\";

    /** A group of any characters, and the text behind it; the last one's text ends the whole. */
    private record Gap(boolean least, String text) {
    }

    /** Empty if the expression is of another kind. */
    static Optional<TextTemplate> of(Pattern pattern) {
        var regex = pattern.pattern();
        if (pattern.flags() != 0 || !regex.startsWith("^(.*") || !regex.endsWith("$")) {
            return Optional.empty();
        }
        var gaps = new ArrayList<Gap>();
        int at = 1;
        int end = regex.length() - 1;
        while (at < end) {
            boolean least = regex.startsWith("(.*?)", at);
            if (!least && !regex.startsWith("(.*)", at)) {
                return Optional.empty();
            }
            at += least ? 5 : 4;
            var text = new StringBuilder();
            for (; at < end && regex.charAt(at) != '('; at++) {
                char c = regex.charAt(at);
                if (c == '\\') {
                    at++;
                    // Only what quotes a special character: any letter or digit means something else.
                    if (at == end || SPECIAL.indexOf(regex.charAt(at)) < 0) {
                        return Optional.empty();
                    }
                    c = regex.charAt(at);
                } else if (c != ']' && c != '}' && SPECIAL.indexOf(c) >= 0) {
                    return Optional.empty();
                }
                if (Character.isSurrogate(c)) {
                    return Optional.empty();
                }
                text.append(c);
            }
            boolean isLast = at == end;
            if (text.isEmpty() && !isLast) {
                return Optional.empty();
            }
            gaps.add(new Gap(least, text.toString()));
        }
        return Optional.of(new TextTemplate(List.copyOf(gaps)));
    }

    /** Begin and end of the whole and of each group; of none if the pattern is not found; null if it has to be asked itself. */
    int @Nullable [] find(String text) {
        // A dot stands for none of these.
        if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0 || text.indexOf('\u0085') >= 0 || text.indexOf('\u2028') >= 0
                || text.indexOf('\u2029') >= 0) {
            return null;
        }
        var bounds = new int[2 * (gaps.size() + 1)];
        bounds[1] = text.length();
        int answer = new Search(text, bounds).from(0, 0);
        return answer == FOUND ? bounds : answer == NOT_FOUND ? NONE : null;
    }

    private final class Search {

        private final String text;
        private final int[] bounds;
        private int looks;

        private Search(String text, int[] bounds) {
            this.text = text;
            this.bounds = bounds;
        }

        /** Lets the gap begin at {@code begin}, and tries its ends in the order in which the pattern does. */
        private int from(int gap, int begin) {
            var behind = gaps.get(gap).text();
            if (gap == gaps.size() - 1) {
                int end = text.length() - behind.length();
                if (end < begin || !text.endsWith(behind)) {
                    return NOT_FOUND;
                }
                take(gap, begin, end);
                return FOUND;
            }
            boolean least = gaps.get(gap).least();
            int end = least ? text.indexOf(behind, begin) : text.lastIndexOf(behind);
            while (end >= begin) {
                if (++looks > MAX_LOOKS) {
                    return UNDECIDED;
                }
                int rest = from(gap + 1, end + behind.length());
                if (rest != NOT_FOUND) {
                    take(gap, begin, end);
                    return rest;
                }
                end = least ? text.indexOf(behind, end + 1) : text.lastIndexOf(behind, end - 1);
            }
            return NOT_FOUND;
        }

        private void take(int gap, int begin, int end) {
            bounds[2 * gap + 2] = begin;
            bounds[2 * gap + 3] = end;
        }
    }
}

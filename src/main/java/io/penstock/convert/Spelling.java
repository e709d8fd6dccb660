package io.penstock.convert;

import java.util.Collection;
import java.util.Optional;

/** Finds the name somebody may have meant. */
public final class Spelling {

    private static final int MAX_EDITS = 2;

    private Spelling() {
    }

    /** The nearest name, the first of those equally near; empty if none is near. */
    public static Optional<String> nearest(String wrong, Collection<String> names) {
        var best = "";
        int fewest = MAX_EDITS + 1;
        for (var name : names) {
            int edits = name.equalsIgnoreCase(wrong) ? 0 : edits(wrong, name);
            if (edits >= fewest && best.isEmpty() && isBeginning(wrong, name)) {
                best = name;
            }
            if (edits < fewest) {
                fewest = edits;
                best = name;
            }
        }
        return best.isEmpty() ? Optional.empty() : Optional.of(best);
    }

    /** The nearest name as a question; or all of them, in their order, if none is near and they are few; else nothing. */
    public static String hint(String wrong, Collection<String> names) {
        return nearest(wrong, names).map(Spelling::question)
                .orElseGet(() -> names.size() <= 20 ? "there are " + String.join(", ", names) : "");
    }

    /** A name as a question. */
    public static String question(String name) {
        return "did you mean " + name + "?";
    }

    /** The hint as the end of a sentence. */
    static String appended(String wrong, Collection<String> names) {
        var hint = hint(wrong, names);
        return hint.isEmpty() ? "" : "; " + hint;
    }

    private static boolean isBeginning(String wrong, String name) {
        return wrong.length() > 3 && (name.startsWith(wrong) || wrong.startsWith(name) && name.length() > 3);
    }

    private static int edits(String a, String b) {
        var row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}

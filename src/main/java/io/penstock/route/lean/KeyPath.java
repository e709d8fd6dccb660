package io.penstock.route.lean;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Plain keys in brackets, like {@code [order][id]}, as Camel's OGNL has them.
 *
 * @param outer the keys on the way to the innermost map
 * @param last  the key in it
 */
record KeyPath(List<String> outer, String last) {

    // No space, quote, dot, parenthesis or question mark, which mean something else to Camel, and no key that may be an index.
    private static final Pattern KEYS = Pattern.compile("(\\[[A-Za-z_][A-Za-z0-9_-]*])+");

    /** Empty if the expression is anything else. */
    static Optional<KeyPath> of(String ognl) {
        if (!KEYS.matcher(ognl).matches()) {
            return Optional.empty();
        }
        var keys = List.of(ognl.substring(1, ognl.length() - 1).split("]\\["));
        return Optional.of(new KeyPath(keys.subList(0, keys.size() - 1), keys.getLast()));
    }

    /** Null when the way there is not maps all along. */
    @Nullable Map<?, ?> innermost(Map<?, ?> map) {
        Map<?, ?> innermost = map;
        for (int i = 0; i < outer.size(); i++) {
            if (!(innermost.get(outer.get(i)) instanceof Map<?, ?> next)) {
                return null;
            }
            innermost = next;
        }
        return innermost;
    }
}

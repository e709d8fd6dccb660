package io.penstock.convert;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a value is, in words that give nothing of its content away. */
final class Kind {

    static final String OUT_OF_RANGE = "a number out of range";
    static final String FRACTION = "a number with a fraction";
    static final String NOT_FINITE = "a number that is not finite";

    private Kind() {
    }

    static String of(@Nullable Object value) {
        return switch (value) {
            case null -> "nothing";
            case CharSequence _ -> "text";
            case Double d when !Double.isFinite(d) -> NOT_FINITE;
            case Float f when !Float.isFinite(f) -> NOT_FINITE;
            case Number _ -> "a number";
            case Boolean _ -> "a boolean";
            case Map<?, ?> _ -> "an object";
            case Iterable<?> _ -> "a list";
            case byte[] _ -> "bytes";
            case Object[] _ -> "a list";
            default -> "a " + value.getClass().getSimpleName();
        };
    }
}

package io.penstock.convert;

import java.math.BigDecimal;

/** Values as text: text, numbers and booleans have one; lists, objects and numbers that are not finite have none. */
final class Texts {

    /** Beyond this many places a number keeps its exponent, so that 1e999999999 doesn't become a gigabyte of zeros. */
    private static final int MAX_PLAIN_SCALE = 400;

    private Texts() {
    }

    /** @throws ConversionException if the value has no text */
    static String of(String field, String rule, Object value) {
        if (value instanceof String text) {
            return text;
        }
        return switch (value) {
            case Double d when Double.isFinite(d) -> plain(BigDecimal.valueOf(d));
            case Float f when Float.isFinite(f) -> plain(new BigDecimal(f.toString()));
            case Double _, Float _ -> throw unwanted(field, rule, value);
            case BigDecimal d -> plain(d);
            case Number n -> n.toString();
            case Boolean b -> b.toString();
            default -> throw unwanted(field, rule, value);
        };
    }

    /** @throws ConversionException if the value is neither text nor a value that text steps leave alone */
    static Object onText(String field, String rule, Object value) {
        return switch (value) {
            case String _, Number _, Boolean _ -> value;
            default -> throw unwanted(field, rule, value);
        };
    }

    private static String plain(BigDecimal number) {
        return Math.abs((long) number.scale()) > MAX_PLAIN_SCALE ? number.toString() : number.toPlainString();
    }

    private static ConversionException unwanted(String field, String rule, Object value) {
        return ConversionException.unconvertible(field, rule, "text, a number or a boolean", Kind.of(value));
    }
}

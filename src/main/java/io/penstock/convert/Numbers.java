package io.penstock.convert;

import java.math.BigDecimal;
import java.math.BigInteger;

/** Values as numbers, exactly or not at all. Text counts when it is all number, in ASCII digits. */
final class Numbers {

    private static final int LONG_DIGITS = 19;

    private Numbers() {
    }

    /** @throws ConversionException if the value is not a whole number of 64 bits */
    static long whole(String field, String rule, String wanted, Object value) {
        // What JSON has; the first switch over types takes a start some milliseconds, in which Java makes a class for it.
        if (value instanceof Integer i) {
            return i;
        }
        if (value instanceof Long l) {
            return l;
        }
        String found;
        switch (value) {
            case Short s -> {
                return s;
            }
            case Byte b -> {
                return b;
            }
            case Double d when Double.isFinite(d) -> {
                if (d == Math.rint(d) && d >= -0x1p63 && d < 0x1p63) {
                    return d.longValue();
                }
                found = d == Math.rint(d) ? Kind.OUT_OF_RANGE : Kind.FRACTION;
            }
            case Float f when Float.isFinite(f) -> {
                return whole(field, rule, wanted, f.doubleValue());
            }
            case BigInteger b -> {
                if (b.bitLength() < Long.SIZE) {
                    return b.longValue();
                }
                found = Kind.OUT_OF_RANGE;
            }
            case BigDecimal d -> {
                long integerDigits = (long) d.precision() - d.scale();
                if (d.signum() == 0) {
                    return 0;
                } else if (integerDigits > LONG_DIGITS) {
                    found = Kind.OUT_OF_RANGE; // before anything that would write out its zeros
                } else if (integerDigits <= 0 || d.stripTrailingZeros().scale() > 0) {
                    found = Kind.FRACTION;
                } else {
                    return whole(field, rule, wanted, d.toBigIntegerExact());
                }
            }
            case String text when isWhole(text) -> {
                try {
                    return Long.parseLong(text);
                } catch (NumberFormatException _) {
                    found = Kind.OUT_OF_RANGE;
                }
            }
            default -> found = Kind.of(value);
        }
        throw ConversionException.unconvertible(field, rule, wanted, found);
    }

    /** @throws ConversionException if the value is not a number or has no finite double */
    static double decimal(String field, String rule, Object value) {
        double number;
        switch (value) {
            case Number n when Kind.of(n).equals(Kind.NOT_FINITE) ->
                throw ConversionException.unconvertible(field, rule, "a finite number", Kind.NOT_FINITE);
            case Number n -> number = n.doubleValue();
            case String text when isDecimal(text) -> number = Double.parseDouble(text);
            default -> throw ConversionException.unconvertible(field, rule, "a number", Kind.of(value));
        }
        if (!Double.isFinite(number)) {
            throw ConversionException.unconvertible(field, rule, "a number of 64 bits", Kind.OUT_OF_RANGE);
        }
        return number;
    }

    private static boolean isWhole(String text) {
        int start = sign(text);
        return start < text.length() && digits(text, start) == text.length();
    }

    private static boolean isDecimal(String text) {
        int start = sign(text);
        int at = digits(text, start);
        if (at == start) {
            return false;
        }
        if (at < text.length() && text.charAt(at) == '.') {
            int fraction = at + 1;
            at = digits(text, fraction);
            if (at == fraction) {
                return false;
            }
        }
        if (at < text.length() && (text.charAt(at) | 0x20) == 'e') {
            int exponent = at + 1;
            if (exponent < text.length() && (text.charAt(exponent) == '-' || text.charAt(exponent) == '+')) {
                exponent++;
            }
            at = digits(text, exponent);
            if (at == exponent) {
                return false;
            }
        }
        return at == text.length();
    }

    private static int sign(String text) {
        return !text.isEmpty() && (text.charAt(0) == '-' || text.charAt(0) == '+') ? 1 : 0;
    }

    private static int digits(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at;
    }
}

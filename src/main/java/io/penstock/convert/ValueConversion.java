package io.penstock.convert;

import java.util.Locale;

/** One step from a value to the value of a target field. Stateless or safe for all threads. */
sealed interface ValueConversion {

    /**
     * @param field the target field's name, for the message
     * @param value never null
     * @throws ConversionException if the value is of another kind than this step wants
     */
    Object convert(String field, Object value);

    /** Takes space off both ends of text; numbers and booleans have none. */
    record Trim() implements ValueConversion {
        @Override
        public Object convert(String field, Object value) {
            return Texts.onText(field, "trim", value) instanceof String text ? text.strip() : value;
        }
    }

    record Lowercase() implements ValueConversion {
        @Override
        public Object convert(String field, Object value) {
            return Texts.onText(field, "lowercase", value) instanceof String text ? text.toLowerCase(Locale.ROOT) : value;
        }
    }

    record Uppercase() implements ValueConversion {
        @Override
        public Object convert(String field, Object value) {
            return Texts.onText(field, "uppercase", value) instanceof String text ? text.toUpperCase(Locale.ROOT) : value;
        }
    }

    record ToText() implements ValueConversion {
        @Override
        public Object convert(String field, Object value) {
            return Texts.of(field, "type string", value);
        }
    }

    record ToInteger() implements ValueConversion {
        private static final String WANTED = "a whole number from -2147483648 to 2147483647";

        @Override
        public Object convert(String field, Object value) {
            if (value instanceof Integer) {
                return value;
            }
            long number = Numbers.whole(field, "type integer", WANTED, value);
            if (number != (int) number) {
                throw ConversionException.unconvertible(field, "type integer", WANTED, Kind.OUT_OF_RANGE);
            }
            return (int) number;
        }
    }

    record ToLong() implements ValueConversion {
        @Override
        public Object convert(String field, Object value) {
            return value instanceof Long ? value
                    : (Object) Numbers.whole(field, "type long", "a whole number of 64 bits", value);
        }
    }

    record ToDouble() implements ValueConversion {
        @Override
        public Object convert(String field, Object value) {
            return Numbers.decimal(field, "type double", value);
        }
    }

    record ToBoolean() implements ValueConversion {
        @Override
        public Object convert(String field, Object value) {
            return switch (value) {
                case Boolean b -> b;
                case String s when s.equals("true") -> true;
                case String s when s.equals("false") -> false;
                default -> throw ConversionException.unconvertible(field, "type boolean", "true or false", Kind.of(value));
            };
        }
    }

    /** A point in time as text; {@link Epoch} says the rules. */
    record ToTime(Epoch epoch) implements ValueConversion {
        @Override
        public Object convert(String field, Object value) {
            return epoch.format(field, value);
        }
    }

    /** A date or time in text; {@link DateText} says the rules. */
    record FromDate(DateText date) implements ValueConversion {
        @Override
        public Object convert(String field, Object value) {
            return date.convert(field, value);
        }
    }
}

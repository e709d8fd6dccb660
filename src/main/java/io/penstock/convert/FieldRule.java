package io.penstock.convert;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one field of the document comes about. Immutable and compiled.
 *
 * @param target      its place in the document
 * @param origin      where the value comes from
 * @param conversions what is done to it, in this order
 * @param fallback    its value when the origin has none
 * @param optional    whether it may then be absent
 */
record FieldRule(Path target, Origin origin, List<ValueConversion> conversions, @Nullable Object fallback,
        boolean optional) {

    /** Where a value comes from. */
    sealed interface Origin {

        /** @param field the field it is for */
        @Nullable Object value(SourceRecord record, String field);

        record Constant(Object value) implements Origin {

            @Override
            public Object value(SourceRecord record, String field) {
                return value;
            }
        }

        record Whole(Place from) implements Origin {

            @Override
            public @Nullable Object value(SourceRecord record, String field) {
                return record.at(from);
            }
        }

        /**
         * @param groups the first of them that took part has the value
         * @param name   what they are called
         */
        record Group(Match match, List<Integer> groups, String name) implements Origin {

            @Override
            public @Nullable Object value(SourceRecord record, String field) {
                return record.group(field, match, groups);
            }
        }
    }

    FieldRule {
        conversions = List.copyOf(conversions);
    }

    /**
     * The field's value for a record, null when the field is to be absent.
     *
     * @throws ConversionException if the record has no such value or it can't be converted
     */
    @Nullable Object apply(SourceRecord record) {
        var value = origin.value(record, target.text());
        if (value == null) {
            return whenMissing();
        }
        for (int i = 0; i < conversions.size(); i++) {
            value = conversions.get(i).convert(target.text(), value);
        }
        return value;
    }

    FieldExplanation explain(SourceRecord record) {
        var from = switch (origin) {
            case Origin.Constant _ -> "constant";
            case Origin.Whole(var place) -> place.text();
            case Origin.Group(var match, _, var name) -> match.from().text() + ", group " + name + " of " + match.rule();
        };
        try {
            return new FieldExplanation(target.text(), from, apply(record), "");
        } catch (ConversionException e) {
            return new FieldExplanation(target.text(), from, null, String.valueOf(e.getMessage()));
        }
    }

    private @Nullable Object whenMissing() {
        if (fallback != null || optional) {
            return fallback;
        }
        var wanted = switch (origin) {
            case Origin.Group(var match, _, var name) -> "group " + name + " of " + match.rule() + " in "
                    + match.from().described();
            case Origin.Whole(var from) -> from.described();
            case Origin.Constant _ -> "its constant";
        };
        throw new ConversionException("field " + target.text() + ": " + wanted
                + " is missing, and the field is neither optional nor has a default");
    }
}

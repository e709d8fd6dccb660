package io.penstock.route.test;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** JSON compared and shown: numbers by what they are worth, objects without regard to the order of their fields. */
final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .nodeFactory(JsonNodeFactory.withExactBigDecimals(true)).build();

    private Json() {
    }

    /** @throws IOException if it is no JSON */
    static JsonNode read(byte[] json) throws IOException {
        return MAPPER.readTree(json);
    }

    /** @param exact whether actual objects may not have more fields than expected */
    static boolean same(JsonNode expected, JsonNode actual, boolean exact) {
        if (expected.isObject() && actual.isObject()) {
            if (exact && expected.size() != actual.size()) {
                return false;
            }
            for (var field : expected.properties()) {
                var other = actual.get(field.getKey());
                if (other == null || !same(field.getValue(), other, exact)) {
                    return false;
                }
            }
            return true;
        }
        if (expected.isArray() && actual.isArray()) {
            if (expected.size() != actual.size()) {
                return false;
            }
            for (int i = 0; i < expected.size(); i++) {
                if (!same(expected.get(i), actual.get(i), exact)) {
                    return false;
                }
            }
            return true;
        }
        if (expected.isIntegralNumber() && actual.isIntegralNumber()) {
            return expected.bigIntegerValue().equals(actual.bigIntegerValue());
        }
        if (expected.isFloatingPointNumber() && actual.isFloatingPointNumber()) {
            return expected.decimalValue().compareTo(actual.decimalValue()) == 0;
        }
        return expected.equals(actual);
    }

    /** Both as one text: lines with {@code -} are expected and missing, lines with {@code +} are there and not expected. */
    static List<String> diff(JsonNode expected, JsonNode actual, boolean exact) {
        var lines = new ArrayList<String>();
        diff("", expected, actual, exact, "", lines);
        return lines;
    }

    private static void diff(String label, JsonNode expected, JsonNode actual, boolean exact, String indent,
            List<String> lines) {
        if (same(expected, actual, exact)) {
            lines.add("  " + indent + label + expected);
        } else if (expected.isObject() && actual.isObject()) {
            lines.add("  " + indent + label + '{');
            var names = new LinkedHashSet<String>();
            expected.fieldNames().forEachRemaining(names::add);
            if (exact) {
                actual.fieldNames().forEachRemaining(names::add);
            }
            for (var name : names) {
                side(name(name), expected.get(name), actual.get(name), exact, indent + "  ", lines);
            }
            lines.add("  " + indent + '}');
        } else if (expected.isArray() && actual.isArray()) {
            lines.add("  " + indent + label + '[');
            for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
                side("", expected.get(i), actual.get(i), exact, indent + "  ", lines);
            }
            lines.add("  " + indent + ']');
        } else {
            lines.add("- " + indent + label + expected);
            lines.add("+ " + indent + label + actual);
        }
    }

    private static void side(String label, JsonNode expected, JsonNode actual, boolean exact, String indent,
            List<String> lines) {
        if (expected == null) {
            lines.add("+ " + indent + label + actual);
        } else if (actual == null) {
            lines.add("- " + indent + label + expected);
        } else {
            diff(label, expected, actual, exact, indent, lines);
        }
    }

    private static String name(String name) {
        try {
            return MAPPER.writeValueAsString(name) + ": ";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}

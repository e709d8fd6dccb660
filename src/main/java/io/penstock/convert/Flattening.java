package io.penstock.convert;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes one level of a document: the names on the way to a value become one name. Lists stay as they are.
 *
 * @param separator what stands between the names
 */
record Flattening(String separator) {

    /** What any record's names come to; of long names on the way to many values a small record can make gigabytes. */
    private static final int MAX_CHARACTERS = 4 << 20;

    /** @throws ConversionException if two fields get the same name, or the names get out of hand */
    Map<String, Object> of(Map<String, Object> document) {
        var flat = new LinkedHashMap<String, Object>();
        flatten("", document, flat, MAX_CHARACTERS);
        return flat;
    }

    /** Returns how many characters names may still have. */
    private int flatten(String prefix, Map<?, ?> object, Map<String, Object> flat, int characters) {
        int left = characters;
        for (var field : object.entrySet()) {
            var name = prefix + field.getKey();
            left -= name.length();
            if (left < 0) {
                throw new ConversionException("flatten makes names of more than " + MAX_CHARACTERS + " characters in all");
            }
            if (field.getValue() instanceof Map<?, ?> inner && !inner.isEmpty()) {
                left = flatten(name + separator, inner, flat, left);
            } else if (flat.containsKey(name)) {
                throw new ConversionException("flatten makes one name of two fields; choose another separator than "
                        + separator);
            } else {
                flat.put(name, field.getValue());
            }
        }
        return left;
    }
}

package io.penstock.convert;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes one level of a document: the names on the way to a value become one name. Lists stay as they are.
 *
 * @param separator what stands between the names
 */
record Flattening(String separator) {

    /** @throws ConversionException if two fields get the same name */
    Map<String, Object> of(Map<String, Object> document) {
        var flat = new LinkedHashMap<String, Object>();
        flatten("", document, flat);
        return flat;
    }

    private void flatten(String prefix, Map<?, ?> object, Map<String, Object> flat) {
        object.forEach((key, value) -> {
            var name = prefix + key;
            if (value instanceof Map<?, ?> inner && !inner.isEmpty()) {
                flatten(name + separator, inner, flat);
            } else if (flat.containsKey(name)) {
                throw new ConversionException("flatten makes one name of two fields; choose another separator than "
                        + separator);
            } else {
                flat.put(name, value);
            }
        });
    }
}

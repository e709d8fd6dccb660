package io.penstock.convert;

import org.jspecify.annotations.Nullable;

/**
 * How a field of a document came about.
 *
 * @param field   its place in the document
 * @param origin  where its value is from
 * @param value   its value; null if it is absent
 * @param failure why it can't be had; empty if it can
 */
public record FieldExplanation(String field, String origin, @Nullable Object value, String failure) {
}

package io.penstock.sink;

import io.penstock.delivery.Delivery;

import org.jspecify.annotations.Nullable;

/**
 * One document on its way into a bulk, serialised already.
 *
 * @param delivery the record it was made from; null if no source waits for it (a timer's route)
 * @param index    the index it goes to; null for the endpoint's
 * @param id       the id it is stored under: the same whenever the record is delivered again
 * @param action   what the bulk does with it
 * @param source   the document as JSON in UTF-8, without a line break; not to be changed any more
 */
public record BulkDocument(@Nullable Delivery delivery, @Nullable String index, String id, BulkAction action,
        byte[] source) {

    /** The length of {@code {"create":{"_index":"","_id":""}}} and two line breaks. */
    private static final int FRAME = 35;
    /** What the name of the endpoint's index counts for, rather too much than too little: a batch should not be cut. */
    private static final int ENDPOINTS_INDEX = 40;

    /** About how many bytes it takes in a bulk's body. */
    public int bytes() {
        return source.length + id.length() + (index == null ? ENDPOINTS_INDEX : index.length()) + FRAME;
    }
}

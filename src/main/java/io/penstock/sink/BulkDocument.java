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
 * @param source   the document as JSON in UTF-8, without a line break; not to be changed any more; empty for a deletion
 * @param options  what else Elasticsearch is told about it
 */
public record BulkDocument(@Nullable Delivery delivery, @Nullable String index, String id, BulkAction action,
        byte[] source, BulkOptions options) {

    /** The length of {@code {"create":{"_index":"","_id":""}}} and two line breaks. */
    private static final int FRAME = 35;
    /** What the name of the endpoint's index counts for, rather too much than too little: a batch should not be cut. */
    private static final int ENDPOINTS_INDEX = 40;
    /** The length of {@code ,"version":9223372036854775807,"version_type":"external"}. */
    private static final int VERSION = 60;
    private static final int ROUTING = 13;
    private static final int PIPELINE = 14;

    /** A document about which there is nothing else to say. */
    public BulkDocument(@Nullable Delivery delivery, @Nullable String index, String id, BulkAction action, byte[] source) {
        this(delivery, index, id, action, source, BulkOptions.NONE);
    }

    /** About how many bytes it takes in a bulk's body. */
    public int bytes() {
        return source.length + id.length() + (index == null ? ENDPOINTS_INDEX : index.length()) + FRAME
                + (action == BulkAction.UPDATE ? BulkItem.UPDATE_FRAME : 0)
                + (options.version() == null ? 0 : VERSION)
                + (options.routing() == null ? 0 : ROUTING + options.routing().length())
                + (options.pipeline() == null ? 0 : PIPELINE + options.pipeline().length());
    }
}

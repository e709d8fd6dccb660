package io.penstock.sink;

import org.jspecify.annotations.Nullable;

/**
 * What an endpoint says about its bulks.
 *
 * @param index               where documents go that name no index; null if each has to
 * @param waitForActiveShards how many copies of a shard must be there, 1 by default
 */
public record BulkTarget(@Nullable String index, int waitForActiveShards) {

    public BulkTarget(@Nullable String index) {
        this(index, 1);
    }

    /** @throws IllegalArgumentException if neither the document nor this names an index */
    String indexOf(BulkDocument document) {
        var named = document.index() != null ? document.index() : index;
        if (named == null) {
            throw new IllegalArgumentException("no index to store the document in: set indexName on the endpoint");
        }
        return named;
    }
}

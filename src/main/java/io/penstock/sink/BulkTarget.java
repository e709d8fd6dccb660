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
}

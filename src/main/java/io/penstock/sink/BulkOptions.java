package io.penstock.sink;

import org.jspecify.annotations.Nullable;

/**
 * What else Elasticsearch is told about a document, in the words of its bulk API.
 *
 * @param routing  what the shard is chosen by; null for the id
 * @param version  the external version: a document with an older or the same one does not replace it; null for none
 * @param pipeline the ingest pipeline that it goes through; null for the index's own
 */
public record BulkOptions(@Nullable String routing, @Nullable Long version, @Nullable String pipeline) {

    public static final BulkOptions NONE = new BulkOptions(null, null, null);
}

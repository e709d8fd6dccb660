package io.penstock.sink;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Where the routes' documents go: Elasticsearch ({@link BulkSink}), or the memory of a route test ({@link Recorder}). */
public interface DocumentSink extends AutoCloseable {

    /**
     * Stores documents as one bulk, or as several if they are too large for one. Takes holds of its own before it returns.
     *
     * @return complete when each document has ended, never exceptionally
     * @throws IllegalStateException    if a delivery is settled already
     * @throws IllegalArgumentException if neither a document nor the target names an index
     */
    CompletionStage<BulkResult> storeBatch(List<BulkDocument> documents, BulkTarget target);

    /** Like {@link #storeBatch}, in a bulk that others may join. */
    CompletionStage<BulkResult> store(List<BulkDocument> documents, BulkTarget target);

    BulkSettings settings();

    /** Where records go that can't be stored. */
    DeadLetters deadLetters();

    /** Where to go on with what waited for documents. Its threads may be blocked. */
    Executor threads();

    @Override
    void close();
}

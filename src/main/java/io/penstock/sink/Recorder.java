package io.penstock.sink;

import io.penstock.delivery.Delivery;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Stores nothing and remembers everything: the sink and the dead letters of route tests. All methods may be called from any
 * thread; none blocks.
 */
public final class Recorder implements DocumentSink, DeadLetters {

    /** What came out of a route. */
    public sealed interface Output {

        /**
         * A document that would have been stored.
         *
         * @param document the document, with the record it was made from
         * @param index    the index it would have gone to
         */
        record Document(BulkDocument document, String index) implements Output {
        }

        /**
         * A record that would have become a dead letter.
         *
         * @param delivery the record's
         * @param reason   why
         */
        record Letter(Delivery delivery, DeadLetterReason reason) implements Output {
        }
    }

    private final BulkSettings settings;
    private final List<Output> outputs = new ArrayList<>();

    public Recorder(BulkSettings settings) {
        this.settings = settings;
    }

    /** What came out since the last call, in that order. */
    public synchronized List<Output> take() {
        var taken = List.copyOf(outputs);
        outputs.clear();
        return taken;
    }

    @Override
    public CompletionStage<BulkResult> storeBatch(List<BulkDocument> documents, BulkTarget target) {
        var stored = documents.stream().map(document -> new Output.Document(document, target.indexOf(document))).toList();
        Holds.take(documents);
        synchronized (this) {
            outputs.addAll(stored);
        }
        for (var document : documents) {
            if (document.delivery() != null) {
                document.delivery().stored();
            }
            Holds.release(document);
        }
        return CompletableFuture.completedStage(new BulkResult(documents.size(), documents.size(), 0, 0, null));
    }

    @Override
    public CompletionStage<BulkResult> store(List<BulkDocument> documents, BulkTarget target) {
        return storeBatch(documents, target);
    }

    @Override
    public BulkSettings settings() {
        return settings;
    }

    @Override
    public DeadLetters deadLetters() {
        return this;
    }

    @Override
    public Executor threads() {
        return Runnable::run;
    }

    @Override
    public void send(Delivery delivery, DeadLetterReason reason) {
        if (delivery.claimDeadLetter()) {
            synchronized (this) {
                outputs.add(new Output.Letter(delivery, reason));
            }
        }
    }

    @Override
    public void close() {
        // holds nothing
    }
}

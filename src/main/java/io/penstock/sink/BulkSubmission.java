package io.penstock.sink;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/** Documents handed over together: complete when each has ended. Thread-safe. */
final class BulkSubmission {

    private final CompletableFuture<BulkResult> result = new CompletableFuture<>();
    private final int documents;
    private final AtomicInteger open;
    private final AtomicInteger stored = new AtomicInteger();
    private final AtomicInteger duplicates = new AtomicInteger();
    private final AtomicInteger deadLettered = new AtomicInteger();
    private volatile @Nullable String firstFailure;

    BulkSubmission(int documents) {
        this.documents = documents;
        this.open = new AtomicInteger(documents);
        if (documents == 0) {
            complete();
        }
    }

    CompletableFuture<BulkResult> result() {
        return result;
    }

    void stored() {
        stored.incrementAndGet();
        ended();
    }

    void duplicate() {
        duplicates.incrementAndGet();
        ended();
    }

    void deadLettered(@Nullable String failure) {
        deadLettered.incrementAndGet();
        if (failure != null && firstFailure == null) {
            firstFailure = failure;
        }
        ended();
    }

    private void ended() {
        if (open.decrementAndGet() == 0) {
            complete();
        }
    }

    private void complete() {
        result.complete(new BulkResult(documents, stored.get(), duplicates.get(), deadLettered.get(), firstFailure));
    }
}

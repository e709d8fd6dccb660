package io.penstock.sink;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.quarkus.runtime.annotations.RegisterForReflection;

import org.apache.camel.Exchange;
import org.apache.camel.spi.Synchronization;
import org.jspecify.annotations.Nullable;

/**
 * The documents one aggregation has gathered: the body of its exchange. It holds the delivery of each document until the
 * aggregated exchange is done. Filled by one thread at a time (the aggregator's lock sees to it), only read afterwards.
 */
@RegisterForReflection
public final class BulkBatch {

    private final List<BulkDocument> documents;
    private final @Nullable BulkBatch parent;
    private final List<BulkBatch> branches = new CopyOnWriteArrayList<>();
    private final long bornNanos = System.nanoTime();
    private long bytes;
    private volatile @Nullable Synchronization end;
    private volatile boolean submitted;

    BulkBatch() {
        this(null, new ArrayList<>(), 0);
    }

    private BulkBatch(@Nullable BulkBatch parent, List<BulkDocument> documents, long bytes) {
        this.parent = parent;
        this.documents = documents;
        this.bytes = bytes;
    }

    /** Adds documents, all or none, taking a hold for each. */
    void add(List<BulkDocument> added) {
        Holds.take(added);
        documents.addAll(added);
        added.forEach(d -> bytes += d.bytes());
    }

    public List<BulkDocument> documents() {
        return Collections.unmodifiableList(documents);
    }

    public int size() {
        return documents.size();
    }

    /** About how many bytes its documents take in a bulk's body. */
    public long bytes() {
        return bytes;
    }

    long ageNanos() {
        return System.nanoTime() - bornNanos;
    }

    /** The same documents, held once more, for who goes a way of its own. */
    BulkBatch copy() {
        Holds.take(documents);
        return new BulkBatch(null, documents, bytes);
    }

    /** The same documents, not held once more, for a branch of the exchange that carries this one. */
    BulkBatch branch() {
        var branch = new BulkBatch(this, documents, bytes);
        branches.add(branch);
        return branch;
    }

    /** Notes what sees to this batch at the end of the exchange that it is of. */
    void end(Synchronization end) {
        this.end = end;
    }

    /**
     * Notes that a bulk has taken the documents over, with holds of its own.
     *
     * @param by the exchange that it was given: behind its branches, the group's carries the batch of one of them
     */
    void submitted(Exchange by) {
        submitted = true;
        for (var batch = parent; batch != null; batch = batch.parent) {
            if (by.getExchangeExtension().containsOnCompletion(batch.end)) {
                batch.submitted = true;
            }
        }
    }

    /** Whether a bulk has taken the documents over, on each branch if there are any. */
    boolean isSubmitted() {
        return submitted || !branches.isEmpty() && branches.stream().allMatch(BulkBatch::isSubmitted);
    }

    /** Lets go of all documents. */
    void release() {
        documents.forEach(Holds::release);
    }

    @Override
    public String toString() {
        return "BulkBatch[" + documents.size() + " documents, " + bytes + " bytes]";
    }
}

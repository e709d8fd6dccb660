package io.penstock.sink;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import io.quarkus.runtime.annotations.RegisterForReflection;

import org.apache.camel.Exchange;
import org.apache.camel.spi.Synchronization;
import org.jspecify.annotations.Nullable;

/**
 * The documents one aggregation has gathered: the body of its exchange. It holds the delivery of each document until the
 * aggregated exchange is done. Filled by any thread until it is {@link #close() closed}, only read afterwards.
 */
@RegisterForReflection
public final class BulkBatch {

    private final List<BulkDocument> documents;
    private final @Nullable BulkBatch parent;
    private final List<BulkBatch> branches = new CopyOnWriteArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final long bornNanos = System.nanoTime();
    private long touchedNanos = bornNanos;
    private long bytes;
    private int lastBytes;
    private int records;
    private int mostRecords = Integer.MAX_VALUE;
    private boolean closed;
    private volatile @Nullable Synchronization end;
    private volatile boolean submitted;
    private volatile boolean leftOut;

    BulkBatch() {
        this(null, new ArrayList<>(), 0, false);
    }

    private BulkBatch(@Nullable BulkBatch parent, List<BulkDocument> documents, long bytes, boolean closed) {
        this.parent = parent;
        this.documents = documents;
        this.bytes = bytes;
        this.closed = closed;
    }

    /**
     * Adds a record's documents, all or none, taking a hold for each.
     *
     * @return whether it is full, or too old, so that no other record should come in
     */
    boolean add(List<BulkDocument> added, BulkSettings settings) {
        lock.lock();
        try {
            put(added);
            touchedNanos = System.nanoTime();
            // Full if another like the last one would not fit.
            return bytes + lastBytes > settings.maxBytes() || touchedNanos - bornNanos >= settings.maxAge().toNanos()
                    || records >= mostRecords;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Adds the documents of a record that does not come through the aggregator, if that need not know: it looks at the last one, and at
     * one now and then. They are made while the batch is kept open, as the aggregator itself does: once.
     *
     * @param documents    makes them, if they are to be added; what it throws is thrown on
     * @param mostRecords  how many the aggregator completes a group with; the same each time
     * @param unseenNanos  how long it may see none
     * @return whether they were added
     */
    boolean join(Supplier<List<BulkDocument>> documents, BulkSettings settings, int mostRecords, long unseenNanos) {
        lock.lock();
        try {
            if (!isOpen(settings, mostRecords, unseenNanos)) {
                return false;
            }
            put(documents.get());
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean isOpen(BulkSettings settings, int mostRecords, long unseenNanos) {
        this.mostRecords = mostRecords;
        long now = System.nanoTime();
        // One like the last, and another that is left to the aggregator; should it be larger, the bulk is cut in two.
        return !closed && records + 1 < mostRecords && now - touchedNanos < unseenNanos && now - bornNanos < settings.maxAge().toNanos()
                && bytes + 2L * lastBytes <= settings.maxBytes();
    }

    private void put(List<BulkDocument> added) {
        Holds.take(added);
        documents.addAll(added);
        for (int i = 0; i < added.size(); i++) {
            lastBytes = added.get(i).bytes();
            bytes += lastBytes;
        }
        records++;
    }

    /** The group is complete: nothing more comes in. */
    void close() {
        lock.lock();
        closed = true;
        lock.unlock();
    }

    /** How many records have come in. */
    int records() {
        return records;
    }

    /** Whether it has as many records as the aggregator completes a group with; false if nobody asked to join. */
    boolean hasAllRecords() {
        return records >= mostRecords;
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

    /** The same documents, held once more, for who goes a way of its own. */
    BulkBatch copy() {
        Holds.take(documents);
        return new BulkBatch(null, documents, bytes, true);
    }

    /** The same documents, not held once more, for a branch of the exchange that carries this one. */
    BulkBatch branch() {
        var branch = new BulkBatch(this, documents, bytes, true);
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

    /** Notes that its exchange is done, and nothing failed: what no bulk has taken over was not meant to be stored. */
    void leftOut() {
        leftOut = true;
    }

    /** Whether a bulk has taken the documents over, on each branch that was to if there are any. */
    boolean isSubmitted() {
        return submitted || branches.stream().anyMatch(BulkBatch::isSubmitted)
                && branches.stream().allMatch(branch -> branch.leftOut || branch.isSubmitted());
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

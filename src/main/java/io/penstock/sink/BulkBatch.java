package io.penstock.sink;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * The documents one aggregation has gathered: the body of its exchange. It holds the delivery of each document until the
 * aggregated exchange is done. Filled by one thread at a time (the aggregator's lock sees to it), only read afterwards.
 */
@RegisterForReflection
public final class BulkBatch {

    private final List<BulkDocument> documents = new ArrayList<>();
    private final long bornNanos = System.nanoTime();
    private long bytes;
    private volatile boolean submitted;

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

    /** Notes that a bulk has taken the documents over, with holds of its own. */
    void submitted() {
        submitted = true;
    }

    boolean isSubmitted() {
        return submitted;
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

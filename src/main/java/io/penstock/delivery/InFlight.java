package io.penstock.delivery;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The one bound on what is under way: records polled or received and not yet settled, and their bytes. Sources stop taking
 * in at the bound; so memory is bounded whatever Elasticsearch does. May be called from any thread.
 */
public final class InFlight {

    private final long maxRecords;
    private final long maxBytes;
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private volatile boolean closed;

    /**
     * @param maxRecords the bound in records
     * @param maxBytes   the bound in bytes of keys, values and headers as they arrived
     */
    public InFlight(long maxRecords, long maxBytes) {
        this.maxRecords = maxRecords;
        this.maxBytes = maxBytes;
    }

    public void entered(long recordBytes) {
        records.incrementAndGet();
        bytes.addAndGet(recordBytes);
    }

    /** A record that has entered takes so many bytes more. */
    public void grew(long more) {
        bytes.addAndGet(more);
    }

    public void left(long recordBytes) {
        records.decrementAndGet();
        bytes.addAndGet(-recordBytes);
    }

    /** From now on nothing is taken in any more: the process is about to stop. */
    public void close() {
        closed = true;
    }

    public boolean isClosed() {
        return closed;
    }

    /** True when nothing more should be taken in. */
    public boolean isFull() {
        return closed || records.get() >= maxRecords || bytes.get() >= maxBytes;
    }

    /** True when a source that stopped may take in again: a quarter below the bound, so that it does not flap. */
    public boolean hasRoom() {
        return !closed && records.get() <= maxRecords - maxRecords / 4 && bytes.get() <= maxBytes - maxBytes / 4;
    }

    /** The bound in bytes. */
    public long maxBytes() {
        return maxBytes;
    }

    public long records() {
        return records.get();
    }

    public long bytes() {
        return bytes.get();
    }
}

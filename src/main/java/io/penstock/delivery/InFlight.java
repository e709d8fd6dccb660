package io.penstock.delivery;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The one bound on what is under way: records polled or received and not yet settled, and their bytes. Sources stop taking
 * in at the bound; so memory is bounded whatever Elasticsearch does. May be called from any thread.
 */
public final class InFlight {

    private static final int BYTES_BITS = 37;
    private static final int RECORDS_BITS = Long.SIZE - BYTES_BITS;
    /** What crosses the bound may be as much again: both halves have a sign. */
    static final long MOST_RECORDS = 1L << RECORDS_BITS - 2;
    static final long MOST_BYTES = 1L << BYTES_BITS - 2;

    private final long maxRecords;
    private final long maxBytes;
    /** Records in the upper bits, bytes in the lower ones, so that threads meet at one word only, and once for each record. */
    private final AtomicLong counts = new AtomicLong();
    private volatile boolean closed;

    /**
     * @param maxRecords the bound in records; more than {@link #MOST_RECORDS} is taken as that
     * @param maxBytes   the bound in bytes of keys, values and headers as they arrived; more than {@link #MOST_BYTES} is taken as that
     */
    public InFlight(long maxRecords, long maxBytes) {
        this.maxRecords = Math.min(maxRecords, MOST_RECORDS);
        this.maxBytes = Math.min(maxBytes, MOST_BYTES);
    }

    public void entered(long recordBytes) {
        entered(1, recordBytes);
    }

    /** So many records of so many bytes in all. They must not leave before. */
    public void entered(int records, long bytes) {
        counts.addAndGet(((long) records << BYTES_BITS) + bytes);
    }

    /** A record that has entered takes so many bytes more. */
    public void grew(long more) {
        counts.addAndGet(more);
    }

    public void left(long recordBytes) {
        entered(-1, -recordBytes);
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
        long now = counts.get();
        return closed || records(now) >= maxRecords || bytes(now) >= maxBytes;
    }

    /** True when a source that stopped may take in again: a quarter below the bound, so that it does not flap. */
    public boolean hasRoom() {
        long now = counts.get();
        return !closed && records(now) <= maxRecords - maxRecords / 4 && bytes(now) <= maxBytes - maxBytes / 4;
    }

    /** The bound in bytes. */
    public long maxBytes() {
        return maxBytes;
    }

    public long records() {
        return records(counts.get());
    }

    public long bytes() {
        return bytes(counts.get());
    }

    private static long records(long counts) {
        return counts - bytes(counts) >> BYTES_BITS;
    }

    private static long bytes(long counts) {
        return counts << RECORDS_BITS >> RECORDS_BITS;
    }
}

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

    public void left(long recordBytes) {
        records.decrementAndGet();
        bytes.addAndGet(-recordBytes);
    }

    /** True when nothing more should be taken in. */
    public boolean isFull() {
        return records.get() >= maxRecords || bytes.get() >= maxBytes;
    }

    /** True when a source that stopped may take in again: a quarter below the bound, so that it does not flap. */
    public boolean hasRoom() {
        return records.get() <= maxRecords - maxRecords / 4 && bytes.get() <= maxBytes - maxBytes / 4;
    }

    public long records() {
        return records.get();
    }

    public long bytes() {
        return bytes.get();
    }
}

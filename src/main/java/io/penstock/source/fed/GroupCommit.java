package io.penstock.source.fed;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import io.penstock.delivery.InFlight;
import io.penstock.source.OpenAggregations;

/**
 * Sends what open aggregations hold: at once while nothing else is in flight, else when that has ended or after the linger,
 * whichever is first. So a lone record does not wait for company, and records that come together share a bulk.
 *
 * <p>May be called from any poll thread.
 */
public final class GroupCommit {

    /** How soon it is noticed that what was in flight has ended. */
    private static final Duration STEP = Duration.ofMillis(1);

    private final InFlight inFlight;
    private final OpenAggregations aggregations;
    private final long lingerNanos;
    /** Records that have been through their routes since aggregations were completed last. */
    private final AtomicInteger fresh = new AtomicInteger();
    private volatile long since;

    /** @param linger how long a record waits for others to share its bulk with, at most */
    public GroupCommit(InFlight inFlight, OpenAggregations aggregations, Duration linger) {
        this.inFlight = inFlight;
        this.aggregations = aggregations;
        this.lingerNanos = linger.toNanos();
    }

    /** Records have been through their routes, and may wait in an aggregation. */
    void fed(int records) {
        if (records > 0 && fresh.getAndAdd(records) == 0) {
            since = System.nanoTime();
        }
    }

    /** Completes what has waited long enough, though more may be coming. */
    void completeIfDue() {
        if (fresh.get() > 0 && System.nanoTime() - since >= lingerNanos) {
            complete();
        }
    }

    /**
     * Called when no more records are there: completes, if it is time.
     *
     * @param atMost how long the caller would like to wait for records
     * @return how long it may
     */
    Duration completeOrWait(Duration atMost) {
        int open = fresh.get();
        if (open == 0) {
            return atMost;
        }
        if (inFlight.records() <= open || System.nanoTime() - since >= lingerNanos) {
            complete();
            return atMost;
        }
        return STEP;
    }

    private void complete() {
        fresh.set(0);
        aggregations.complete();
    }
}

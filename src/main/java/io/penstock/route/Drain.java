package io.penstock.route;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

import io.penstock.delivery.InFlight;
import io.penstock.source.OpenAggregations;
import org.jboss.logging.Logger;

/** The first half of a stop: nothing more is taken in, ever again, and what is in flight is brought to its end. One thread. */
public final class Drain {

    private static final Logger LOG = Logger.getLogger(Drain.class);
    private static final Duration STEP = Duration.ofMillis(20);

    private final InFlight inFlight;
    private final OpenAggregations aggregations;

    public Drain(InFlight inFlight, OpenAggregations aggregations) {
        this.inFlight = inFlight;
        this.aggregations = aggregations;
    }

    /**
     * Closes the bound on records in flight for good, completes open aggregations at once, and waits until everything is settled.
     *
     * @return true when nothing is left in flight, false when the time was not enough
     */
    public boolean run(Duration atMost) {
        inFlight.close();
        long deadline = System.nanoTime() + atMost.toNanos();
        while (inFlight.records() > 0) {
            if (System.nanoTime() >= deadline) {
                LOG.errorf("%d records are not settled after %s; the next start takes them again.", inFlight.records(), atMost);
                return false;
            }
            aggregations.complete();
            LockSupport.parkNanos(STEP.toNanos());
        }
        return true;
    }

    /** Whether something is in flight: a poll under way when the drain began may bring records after it ended. */
    public boolean isIncomplete() {
        return inFlight.records() > 0;
    }
}

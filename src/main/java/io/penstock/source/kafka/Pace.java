package io.penstock.source.kafka;

import java.time.Duration;

/**
 * How many records a poll may hand over: as many as the route is through with in a hundredth of {@code max.poll.interval.ms}, by
 * what the last ones took. camel-kafka polls again only when it is through with all of them, and a member that doesn't poll for
 * that interval loses its partitions and what it hasn't committed; where each record takes a second, a poll of 500 would be read
 * again for ever. Belongs to the poll thread.
 */
final class Pace {

    /** Of records of which it isn't known yet how long they take: few enough for seconds each, and many at full speed. */
    private static final int FIRST = 50;
    private static final int SHARE = 100;

    private final long inTime;
    private final int ceiling;
    private int most = FIRST;
    private int handedOver;
    private long since;

    /** @param ceiling as many as the client ever brings at once */
    Pace(Duration maxPollInterval, int ceiling) {
        inTime = maxPollInterval.toNanos() / SHARE;
        this.ceiling = ceiling;
    }

    /** How many records the next poll may hand over. */
    int most() {
        return most;
    }

    void handedOver(int records, long now) {
        handedOver = records;
        since = now;
    }

    /** The route is through with them. */
    void through(long now) {
        if (handedOver > 0) {
            double through = (double) handedOver * inTime / Math.max(1, now - since);
            most = (int) Math.clamp(through, 1, Math.min(ceiling, Math.max(most, 2 * handedOver)));
            handedOver = 0;
        }
    }
}

package io.penstock.sink;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Exponential backoff with jitter: a wait is between half and the whole of what doubling gives.
 *
 * @param initial the first wait
 * @param max     the longest wait
 */
record DeadLetterBackoff(Duration initial, Duration max) {

    private static final int MOST_DOUBLINGS = 20;

    /**
     * The wait before a retry, in nanoseconds.
     *
     * @param tries how often it was tried, from 1
     */
    long nanos(int tries) {
        long doubled = initial.toNanos() << Math.min(tries - 1, MOST_DOUBLINGS);
        long most = Math.max(2, doubled <= 0 ? max.toNanos() : Math.min(doubled, max.toNanos()));
        return most / 2 + ThreadLocalRandom.current().nextLong(most / 2);
    }
}

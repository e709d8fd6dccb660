package io.penstock.sink;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Exponential backoff with full jitter, so that what failed together does not come back together.
 *
 * @param initial the longest wait before the first retry
 * @param max     the longest wait before any retry
 */
public record Backoff(Duration initial, Duration max) {

    /** @throws IllegalArgumentException if a duration is not positive or the first is the longer one */
    public Backoff {
        if (!initial.isPositive()) {
            throw new IllegalArgumentException("penstock.bulk.retry.initial-backoff is " + initial + ": set it above zero");
        }
        if (max.compareTo(initial) < 0) {
            throw new IllegalArgumentException("penstock.bulk.retry.max-backoff is " + max
                    + ": set it to at least penstock.bulk.retry.initial-backoff, " + initial);
        }
    }

    /** A wait in milliseconds before retry number {@code retry}, counted from 1. */
    public long millis(int retry) {
        long ceiling = Math.min(max.toMillis(), Math.max(1, initial.toMillis()) << Math.min(retry - 1, 20));
        return 1 + ThreadLocalRandom.current().nextLong(Math.max(1, ceiling));
    }
}

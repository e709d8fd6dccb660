package io.penstock.sink;

import static io.penstock.delivery.SettingName.named;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Exponential backoff with jitter, so that what failed together does not come back together: a wait is between half and the
 * whole of what doubling gives.
 *
 * @param initial the longest wait before the first retry
 * @param max     the longest wait before any retry
 */
public record Backoff(Duration initial, Duration max) {

    private static final int MOST_DOUBLINGS = 20;

    /**
     * Of two settings.
     *
     * @throws IllegalArgumentException if the first is the longer one; it names the setting
     */
    static Backoff of(String initialSetting, Duration initial, String maxSetting, Duration max) {
        if (max.compareTo(initial) < 0) {
            throw new IllegalArgumentException(named(maxSetting) + " is " + max + ": set it to at least " + named(initialSetting)
                    + ", " + initial);
        }
        return new Backoff(initial, max);
    }

    /** A wait in nanoseconds before retry number {@code retry}, counted from 1. */
    public long nanos(int retry) {
        long doubled = initial.toNanos() << Math.min(retry - 1, MOST_DOUBLINGS);
        long most = Math.max(2, doubled <= 0 ? max.toNanos() : Math.min(doubled, max.toNanos()));
        return most / 2 + ThreadLocalRandom.current().nextLong(most / 2);
    }
}

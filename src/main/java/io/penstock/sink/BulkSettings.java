package io.penstock.sink;

import static io.penstock.delivery.SettingName.named;

import java.time.Duration;

/**
 * How documents are gathered into bulks and sent; {@link BulkConfig} says what each means to a user.
 *
 * @param maxBytes      the size of a bulk's body in bytes
 * @param maxAge        the age of a bulk's first document
 * @param maxConcurrent how many bulks may be in flight
 * @param backoff       the wait before a retry
 */
public record BulkSettings(long maxBytes, Duration maxAge, int maxConcurrent, Backoff backoff) {

    /** The largest body the sink builds: one byte array. */
    static final long LARGEST_BODY = 1L << 30;

    /** @throws IllegalArgumentException if a value makes no sense; the message names the setting */
    public BulkSettings {
        if (maxBytes < 1 || maxBytes > LARGEST_BODY) {
            throw new IllegalArgumentException(named("penstock.bulk.max-bytes") + " is " + maxBytes + ": set it between 1 and 1G");
        }
        if (maxConcurrent < 1) {
            throw new IllegalArgumentException(named("penstock.bulk.max-concurrent") + " is " + maxConcurrent + ": set it to 1 or more");
        }
    }

    /** @throws IllegalArgumentException if a value makes no sense; the message is one line and names the setting */
    public static BulkSettings of(BulkConfig config) {
        return new BulkSettings(config.maxBytes().asLongValue(), config.maxAge(), config.maxConcurrent(),
                Backoff.of("penstock.bulk.retry.initial-backoff", config.retry().initialBackoff(),
                        "penstock.bulk.retry.max-backoff", config.retry().maxBackoff()));
    }
}

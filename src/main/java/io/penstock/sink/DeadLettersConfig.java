package io.penstock.sink;

import java.time.Duration;

import io.penstock.delivery.PositiveDuration;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;

/** Where records that can never be stored are kept. */
@ConfigMapping(prefix = "penstock.dead-letters")
public interface DeadLettersConfig {

    /**
     * The Camel endpoint that keeps dead letters; {@code {topic}} stands for the topic of the record. A {@code kafka:}
     * endpoint keeps the record unchanged, with headers that say what happened; any other gets one JSON object per record.
     */
    @WithDefault("kafka:{topic}.dead-letters")
    String uri();

    /** How an endpoint that does not take dead letters is tried again: without limit, with exponential backoff. */
    Retry retry();

    /** The backoff between two tries. */
    interface Retry {

        /** The wait before the first retry. */
        @WithConverter(PositiveDuration.class)
        @WithDefault("200ms")
        Duration initial();

        /** The longest wait between two retries. */
        @WithConverter(PositiveDuration.class)
        @WithDefault("10s")
        Duration max();
    }
}

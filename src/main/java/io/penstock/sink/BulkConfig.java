package io.penstock.sink;

import java.time.Duration;

import io.penstock.delivery.PositiveDuration;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;

/** How documents are gathered into bulks and sent. */
@ConfigMapping(prefix = "penstock.bulk")
public interface BulkConfig {

    /** A bulk is closed before it grows over this size. A larger single document is sent alone. */
    @WithDefault("5M")
    MemorySize maxBytes();

    /** A bulk is closed when a document comes and the bulk's first is older than this. */
    @WithConverter(PositiveDuration.class)
    @WithDefault("1s")
    Duration maxAge();

    /** How many bulks may be on their way to Elasticsearch at the same time. */
    @WithDefault("4")
    int maxConcurrent();

    /** How long to wait before what Elasticsearch could not take is sent again. */
    Retry retry();

    /** How long to wait before what Elasticsearch could not take is sent again. */
    interface Retry {

        /** The longest wait before the first retry; it doubles with each further one. */
        @WithConverter(PositiveDuration.class)
        @WithDefault("100ms")
        Duration initialBackoff();

        /** The longest wait before any retry. */
        @WithConverter(PositiveDuration.class)
        @WithDefault("10s")
        Duration maxBackoff();
    }
}

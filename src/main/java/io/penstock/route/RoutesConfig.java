package io.penstock.route;

import java.time.Duration;
import java.util.Optional;

import io.penstock.delivery.NonNegativeDuration;
import io.penstock.delivery.PositiveDuration;
import io.penstock.source.SourceMode;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;

/** Which routes run, the settings the shipped route refers to, and how long a stop may take. */
@ConfigMapping(prefix = "penstock")
public interface RoutesConfig {

    /** What is behind {@code from: kafka:TOPIC}: {@code pull} (a consumer group), {@code push} (HTTP) or {@code test}. */
    @WithDefault("pull")
    SourceMode source();

    /** Folder of route files ({@code *.camel.yaml}); without it, the routes in the executable run. */
    Optional<String> routes();

    /** The topic the shipped route reads. */
    @WithDefault("trade")
    String topic();

    /** The index the shipped route writes. */
    @WithDefault("pre1")
    String index();

    /** The consumer group. */
    @WithName("group.id")
    @WithDefault("penstock")
    String groupId();

    /** How long a stop may take: records still in flight by then are left to the next start, and the exit code is 1. */
    @WithConverter(NonNegativeDuration.class)
    @WithDefault("20s")
    Duration shutdownTimeout();

    /** A line with the counts is logged this often while records flow. */
    @WithConverter(PositiveDuration.class)
    @WithDefault("10s")
    Duration summaryInterval();

    /** Prints when the start reached its stages, for {@code bench/cold-start}. */
    @WithDefault("false")
    boolean startTimes();
}

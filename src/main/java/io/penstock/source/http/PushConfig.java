package io.penstock.source.http;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import io.penstock.delivery.NonNegativeDuration;
import io.penstock.delivery.PositiveDuration;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;

/** How records are taken in by HTTP ({@code penstock.source=push}). */
@ConfigMapping(prefix = "penstock.push")
public interface PushConfig {

    /** How long a record waits at most for others to share its bulk with, while another bulk is in flight. */
    @WithConverter(NonNegativeDuration.class)
    @WithDefault("20ms")
    Duration linger();

    /** A request whose records are not settled by then is answered 503; they go on, and a retry joins them. */
    @WithConverter(PositiveDuration.class)
    @WithDefault("30s")
    Duration requestTimeout();

    /**
     * How long a request waits for a route that reads its topic, as at a cold start or when its route has gone, before it is
     * answered 404.
     */
    @WithConverter(NonNegativeDuration.class)
    @WithDefault("10s")
    Duration routeTimeout();

    /** How long a sender may take for its request's body before it is cut off with 408. */
    @WithConverter(PositiveDuration.class)
    @WithDefault("10s")
    Duration readTimeout();

    /** What {@code Retry-After} says when a request is answered 404, 429 or 503; whole seconds, at least 1. */
    @WithConverter(PositiveDuration.class)
    @WithDefault("1s")
    Duration retryAfter();

    /** Another path for the events of function platforms; {@code /event-invoke} stays. */
    @WithDefault("/event-invoke")
    String functionPath();

    /**
     * Answer Lambda's Kafka events record by record ({@code batchItemFailures}). Only together with
     * {@code ReportBatchItemFailures} in the event source mapping: without that, Lambda takes such an answer for a success, and
     * the records in it would be lost.
     */
    @WithDefault("false")
    boolean batchItemFailures();

    /** Requests must have {@code Authorization: Bearer} with this token; without it, anyone may send. */
    Optional<String> token();

    /**
     * Topics by event type, for CloudEvents whose topic neither a KafkaSource nor the path names; {@code *} stands for all other
     * types. A type that is not here is itself the topic.
     */
    Map<String, String> topics();
}

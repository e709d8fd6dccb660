package io.penstock.source.kafka;

import java.time.Duration;

import io.penstock.delivery.NonNegativeDuration;
import io.penstock.delivery.PositiveDuration;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;

/** How the Kafka source commits and gives up partitions. */
@ConfigMapping(prefix = "penstock.kafka")
public interface KafkaSourceConfig {

    /**
     * Settled offsets are committed this often under load, and within a tenth of it when nothing is in flight. Sixty times as long
     * later they are committed again, moved or not.
     */
    @WithConverter(PositiveDuration.class)
    @WithDefault("1s")
    Duration commitInterval();

    /** How long a rebalance may wait for the records in flight of the partitions that are taken away. */
    @WithConverter(NonNegativeDuration.class)
    @WithDefault("10s")
    Duration drainTimeout();
}

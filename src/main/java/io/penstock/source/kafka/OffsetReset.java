package io.penstock.source.kafka;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

import io.penstock.delivery.DeliveryMetrics;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Says where a partition is read from when there is no offset to go on at, as {@code auto.offset.reset} would, and tells of
 * records that are gone before they were read: the client does so for itself alone. Belongs to the poll thread.
 */
final class OffsetReset {

    private static final Logger LOG = Logger.getLogger(OffsetReset.class);
    private static final String EARLIEST = "earliest";
    private static final String LATEST = "latest";
    private static final String BY_NOBODY = "none";

    private final String policy;
    private final DeliveryMetrics metrics;
    /** What was to be read next, of partitions whose new position isn't known yet. */
    private final Map<TopicPartition, Long> gone = new HashMap<>();

    /** @param properties of a consumer that is to be made: the client will raise what is done here */
    OffsetReset(Properties properties, DeliveryMetrics metrics) {
        this.policy = String.valueOf(properties.getOrDefault(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, LATEST));
        this.metrics = metrics;
        if (isHere()) {
            properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, BY_NOBODY);
        }
    }

    /** Whether it is one of the two policies that are done here. */
    boolean isHere() {
        return toEarliest() || policy.equals(LATEST);
    }

    boolean toEarliest() {
        return policy.equals(EARLIEST);
    }

    void outOfRange(OffsetOutOfRangeException e) {
        gone.putAll(e.offsetOutOfRangePartitions());
    }

    /** Where a partition is read now. */
    void positioned(TopicPartition partition, long offset) {
        Long expected = gone.isEmpty() ? null : gone.remove(partition);
        if (expected == null) {
            return;
        }
        if (offset > expected) {
            LOG.warnf("Offsets %d to %d of %s are passed over unread: what was to be read next is not there any more, as when retention "
                    + "deletes it. Reading goes on at %d.", expected, offset - 1, partition, offset);
            metrics.missed(partition.topic(), offset - expected);
        } else {
            LOG.warnf("%s ends before offset %d, which was to be read next: its end was lost, or it was made anew. Reading goes on at %d.",
                    partition, expected, offset);
        }
    }

    void forget(Collection<TopicPartition> partitions) {
        gone.keySet().removeAll(partitions);
    }
}

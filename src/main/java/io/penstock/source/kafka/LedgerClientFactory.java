package io.penstock.source.kafka;

import java.util.Properties;
import java.util.function.IntSupplier;

import io.penstock.delivery.DeliveryMetrics;
import io.penstock.delivery.InFlight;
import io.penstock.source.DeadLetterTopics;
import io.penstock.source.OpenAggregations;
import org.apache.camel.component.kafka.DefaultKafkaClientFactory;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.KafkaException;

/** Hands camel-kafka a {@link LedgerConsumer} for each of its poll threads. Called on the poll thread. */
public final class LedgerClientFactory extends DefaultKafkaClientFactory {

    private static final int FETCH_SHARE = 32;
    /** Of the heap, for what is fetched of one partition, and kept for as long as it is paused. */
    private static final int PARTITION_SHARE = 64;
    /** Never less than a producer's batch. What is larger comes all the same, one at a time. */
    private static final long LEAST_FETCH = 16 << 10;

    private final KafkaSourceConfig config;
    private final InFlight inFlight;
    private final DeliveryMetrics metrics;
    private final OpenAggregations aggregations;
    private final ConsumerStates states;
    private final DeadLetterTopics deadLetters;
    private final IntSupplier consumers;

    /** @param consumers how many consumers the process is to have, at least one */
    public LedgerClientFactory(KafkaSourceConfig config, InFlight inFlight, DeliveryMetrics metrics,
            OpenAggregations aggregations, ConsumerStates states, DeadLetterTopics deadLetters, IntSupplier consumers) {
        this.config = config;
        this.inFlight = inFlight;
        this.metrics = metrics;
        this.aggregations = aggregations;
        this.states = states;
        this.deadLetters = deadLetters;
        this.consumers = consumers;
    }

    /**
     * What is fetched ahead comes on top of the in-flight bound: it is kept small in a small heap. So is what one poll brings, by the
     * consumer itself.
     *
     * @param heap this consumer's part of it
     */
    static void fitInto(long heap, Properties properties) {
        atMost(heap / FETCH_SHARE, ConsumerConfig.FETCH_MAX_BYTES_CONFIG, Integer.MAX_VALUE, properties);
        atMost(heap / PARTITION_SHARE, ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                ConsumerConfig.DEFAULT_MAX_PARTITION_FETCH_BYTES, properties);
    }

    private static void atMost(long bytes, String name, int byDefault, Properties properties) {
        long set = Long.parseLong(String.valueOf(properties.getOrDefault(name, byDefault)));
        properties.put(name, (int) Math.min(set, Math.max(bytes, LEAST_FETCH)));
    }

    @Override
    public Consumer<?, ?> getConsumer(Properties ofRoute) {
        // Camel makes the next one of the same.
        var properties = new Properties();
        properties.putAll(ofRoute);
        // Only the ledger commits.
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        long heap = Runtime.getRuntime().maxMemory() / consumers.getAsInt();
        fitInto(heap, properties);
        try {
            var consumer = new LedgerConsumer(properties, config, inFlight, metrics, aggregations, states, deadLetters, heap);
            states.created();
            return consumer;
        } catch (KafkaException e) {
            states.notCreated(e);
            if (inFlight.isClosed()) {
                // Camel tries again and again without asking whether its route is to stop; this ends the pause before the next time.
                Thread.currentThread().interrupt();
            }
            throw e;
        }
    }
}

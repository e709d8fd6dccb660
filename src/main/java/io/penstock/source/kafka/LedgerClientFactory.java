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
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Hands camel-kafka a {@link LedgerConsumer} for each of its poll threads. Called on the poll thread. */
public final class LedgerClientFactory extends DefaultKafkaClientFactory {

    /** A record of 1 MiB, Kafka's default limit, may be in memory four times while it is on its way. */
    private static final long HEAP_PER_RECORD = 4 << 20;
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
     * What one poll may bring comes on top of the in-flight bound, and so does what is fetched ahead: both are kept small in a
     * small heap. Fetches are measured as they travel, compressed, so the number of records has to be the limit.
     *
     * @param heap this consumer's part of it
     */
    static void fitInto(long heap, Properties properties) {
        properties.putIfAbsent(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Math.clamp(heap / HEAP_PER_RECORD, 10, Gathering.MOST_RECORDS));
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
        // A dead letter keeps the bytes as they came, so bytes is what is read; and only the ledger commits.
        properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
        properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
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

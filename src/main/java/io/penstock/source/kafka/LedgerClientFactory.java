package io.penstock.source.kafka;

import java.util.Properties;

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

    private final KafkaSourceConfig config;
    private final InFlight inFlight;
    private final DeliveryMetrics metrics;
    private final OpenAggregations aggregations;
    private final ConsumerStates states;
    private final DeadLetterTopics deadLetters;

    public LedgerClientFactory(KafkaSourceConfig config, InFlight inFlight, DeliveryMetrics metrics,
            OpenAggregations aggregations, ConsumerStates states, DeadLetterTopics deadLetters) {
        this.config = config;
        this.inFlight = inFlight;
        this.metrics = metrics;
        this.aggregations = aggregations;
        this.states = states;
        this.deadLetters = deadLetters;
    }

    /**
     * What one poll may bring comes on top of the in-flight bound, and so does what is fetched ahead: both are kept small in a
     * small heap. Fetches are measured as they travel, compressed, so the number of records has to be the limit.
     */
    static void fitInto(long heap, Properties properties) {
        properties.putIfAbsent(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Math.clamp(heap / HEAP_PER_RECORD, 10, Gathering.MOST_RECORDS));
        long fetch = Long.parseLong(String.valueOf(properties.getOrDefault(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, Integer.MAX_VALUE)));
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, (int) Math.min(fetch, heap / FETCH_SHARE));
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
        fitInto(Runtime.getRuntime().maxMemory(), properties);
        try {
            var consumer = new LedgerConsumer(properties, config, inFlight, metrics, aggregations, states, deadLetters);
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

package io.penstock.source.kafka;

import java.util.Properties;

import io.penstock.delivery.DeliveryMetrics;
import io.penstock.delivery.InFlight;
import io.penstock.source.OpenAggregations;
import org.apache.camel.component.kafka.DefaultKafkaClientFactory;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Hands camel-kafka a {@link LedgerConsumer} for each of its poll threads. Called on the poll thread. */
public final class LedgerClientFactory extends DefaultKafkaClientFactory {

    private final KafkaSourceConfig config;
    private final InFlight inFlight;
    private final DeliveryMetrics metrics;
    private final OpenAggregations aggregations;
    private final ConsumerStates states;

    public LedgerClientFactory(KafkaSourceConfig config, InFlight inFlight, DeliveryMetrics metrics,
            OpenAggregations aggregations, ConsumerStates states) {
        this.config = config;
        this.inFlight = inFlight;
        this.metrics = metrics;
        this.aggregations = aggregations;
        this.states = states;
    }

    @Override
    public Consumer<?, ?> getConsumer(Properties properties) {
        // A dead letter keeps the bytes as they came, so bytes is what is read; and only the ledger commits.
        properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
        properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        try {
            var consumer = new LedgerConsumer(properties, config, inFlight, metrics, aggregations, states);
            states.created();
            return consumer;
        } catch (KafkaException e) {
            states.notCreated(e);
            throw e;
        }
    }
}

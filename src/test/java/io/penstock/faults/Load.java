package io.penstock.faults;

import io.penstock.stack.KafkaBroker;
import io.penstock.stack.TradeRecords;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Produces numbered records, each once, through whatever happens to the broker. One thread. */
final class Load implements AutoCloseable {

    private final KafkaProducer<byte[], byte[]> producer;
    private final TradeRecords trades;
    private final String topic;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private int next;

    Load(KafkaBroker kafka, TradeRecords trades, String topic) {
        this(kafka, trades, topic, 0);
    }

    /** @param first the number of its first record */
    Load(KafkaBroker kafka, TradeRecords trades, String topic, int first) {
        this.next = first;
        // A broker may be away for long, and the machine busy
        this.producer = new KafkaProducer<>(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers(),
                ProducerConfig.ACKS_CONFIG, "all", ProducerConfig.LINGER_MS_CONFIG, 5,
                // With more, Kafka's own client may get the first batch for a new partition stuck behind the second: the
                // broker, not leader yet, refuses the one, then takes the other, and finds the retry out of sequence.
                ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1,
                ProducerConfig.METADATA_MAX_AGE_CONFIG, 2_000, ProducerConfig.MAX_BLOCK_MS_CONFIG, 300_000,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 300_000), new ByteArraySerializer(), new ByteArraySerializer());
        this.trades = trades;
        this.topic = topic;
    }

    /** The next {@code records}; does not wait for the broker. */
    void send(int records) {
        for (int end = next + records; next < end; next++) {
            producer.send(trades.record(topic, next), (_, exception) -> {
                if (exception != null) {
                    failure.set(exception);
                }
            });
        }
    }

    /** Waits until the broker has them all. */
    void flush() {
        producer.flush();
        if (failure.get() != null) {
            throw new IllegalStateException("The load was not acknowledged", failure.get());
        }
    }

    int sent() {
        return next;
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(1));
    }
}

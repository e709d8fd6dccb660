package io.penstock.stack;

import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads topics from their beginning to the end they have at that moment, without a group. */
public final class TopicReader {

    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(30);

    private TopicReader() {
    }

    /**
     * Hands over every record, in order within a partition; none for a topic that does not exist. Transactions that are not
     * committed are seen, too.
     *
     * @throws IllegalStateException when the broker gives nothing for 30 s though there is more
     */
    public static void read(KafkaBroker kafka, String topic, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        var ends = kafka.endOffsets(topic);
        if (ends.isEmpty()) {
            return;
        }
        Map<String, Object> config = Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers(),
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        try (var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(ends.keySet());
            consumer.seekToBeginning(ends.keySet());
            long lastRecord = System.nanoTime();
            // By position, not by records: the last offset of a partition may be a transaction's marker
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                var polled = consumer.poll(Duration.ofMillis(500));
                polled.forEach(reader);
                if (!polled.isEmpty()) {
                    lastRecord = System.nanoTime();
                } else if (System.nanoTime() - lastRecord > SILENCE_LIMIT.toNanos()) {
                    throw new IllegalStateException("Kafka gives no more of " + topic + " though it ends at " + ends);
                }
            }
        }
    }
}

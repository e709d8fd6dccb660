package io.penstock.stack;

import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
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
        read(kafka, Map.of(), kafka.endOffsets(topic), "read_uncommitted", reader);
    }

    /** As {@link #read}, without what transactions did not commit. */
    static void readCommitted(KafkaBroker kafka, String topic, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        readCommitted(kafka, Map.of(), kafka.endOffsets(topic), reader);
    }

    /**
     * As {@link #readCommitted(KafkaBroker, String, Consumer)}, of a part of each partition.
     *
     * @param starts of those that are not read from their beginning
     * @param ends   not a record further
     */
    static void readCommitted(KafkaBroker kafka, Map<TopicPartition, Long> starts, Map<TopicPartition, Long> ends,
            Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        read(kafka, starts, ends, "read_committed", reader);
    }

    private static void read(KafkaBroker kafka, Map<TopicPartition, Long> starts, Map<TopicPartition, Long> ends, String isolation,
            Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        if (ends.isEmpty()) {
            return;
        }
        Map<String, Object> config = Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers(),
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false, ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation);
        try (var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(ends.keySet());
            consumer.seekToBeginning(ends.keySet());
            starts.forEach(consumer::seek);
            long lastRecord = System.nanoTime();
            // By position, not by records: the last offset of a partition may be a transaction's marker
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                var polled = consumer.poll(Duration.ofMillis(200));
                for (var record : polled) {
                    if (record.offset() < ends.get(new TopicPartition(record.topic(), record.partition()))) {
                        reader.accept(record);
                    }
                }
                if (!polled.isEmpty()) {
                    lastRecord = System.nanoTime();
                } else if (System.nanoTime() - lastRecord > SILENCE_LIMIT.toNanos()) {
                    throw new IllegalStateException("Kafka gives no more though it ends at " + ends);
                }
            }
        }
    }
}

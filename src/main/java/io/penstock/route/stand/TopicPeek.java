package io.penstock.route.stand;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads a few records of a topic without leaving a trace there: it joins no group and commits nothing. */
public final class TopicPeek {

    private static final Duration AT_MOST = Duration.ofSeconds(15);

    private TopicPeek() {
    }

    /**
     * @param security how to reach the brokers; addresses included
     * @param from     {@code latest}: the last there are; {@code earliest}: the first; or an offset, in every partition
     * @param count    how many
     * @return in the order of their timestamps
     * @throws IllegalArgumentException if there is no such topic or {@code from} is none of these
     */
    public static List<ConsumerRecord<byte @Nullable [], byte @Nullable []>> read(Properties security, String topic, String from,
            int count) {
        var properties = new Properties();
        properties.putAll(security);
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, "penstock-try-" + UUID.randomUUID());
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) AT_MOST.toMillis());
        try (var consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(topic).stream().map(p -> new TopicPartition(topic, p.partition())).toList();
            if (partitions.isEmpty()) {
                throw new IllegalArgumentException("there is no topic " + topic);
            }
            consumer.assign(partitions);
            var begin = consumer.beginningOffsets(partitions);
            var end = consumer.endOffsets(partitions);
            for (var partition : partitions) {
                consumer.seek(partition, Math.clamp(offset(from, end.get(partition), count), begin.get(partition),
                        end.get(partition)));
            }
            var records = poll(consumer, partitions, end);
            records.sort(Comparator.comparingLong(ConsumerRecord::timestamp));
            int size = records.size();
            return List.copyOf(from.equals("latest") ? records.subList(Math.max(0, size - count), size)
                    : records.subList(0, Math.min(count, size)));
        }
    }

    private static long offset(String from, long end, int count) {
        try {
            return switch (from.toLowerCase(Locale.ROOT)) {
                case "latest" -> end - count;
                case "earliest" -> 0;
                default -> Long.parseUnsignedLong(from);
            };
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--from is " + from + ": use latest, earliest or an offset");
        }
    }

    /** One good poll of every partition is enough for a few records; at most to the end. */
    private static List<ConsumerRecord<byte @Nullable [], byte @Nullable []>> poll(
            KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions, Map<TopicPartition, Long> end) {
        var records = new ArrayList<ConsumerRecord<byte @Nullable [], byte @Nullable []>>();
        var polled = new HashMap<TopicPartition, Boolean>();
        partitions.forEach(p -> polled.put(p, consumer.position(p) >= end.get(p)));
        long deadline = System.nanoTime() + AT_MOST.toNanos();
        while (polled.containsValue(false) && System.nanoTime() < deadline) {
            for (var record : consumer.poll(Duration.ofMillis(200))) {
                records.add(record);
                polled.put(new TopicPartition(record.topic(), record.partition()), true);
            }
            partitions.stream().filter(p -> consumer.position(p) >= end.get(p)).forEach(p -> polled.put(p, true));
        }
        return records;
    }
}

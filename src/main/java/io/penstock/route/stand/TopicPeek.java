package io.penstock.route.stand;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads a few records of a topic without leaving a trace there: it joins no group and commits nothing. */
public final class TopicPeek {

    private static final Duration AT_MOST = Duration.ofSeconds(15);

    private TopicPeek() {
    }

    /**
     * Where it begins, in every partition.
     *
     * @param last   whether the last records there are are wanted, wherever they are
     * @param offset of the first one otherwise
     */
    public record Start(boolean last, long offset) {

        /**
         * @param from {@code latest}, {@code earliest} or an offset
         * @throws IllegalArgumentException if it is none of these
         */
        public static Start of(String from) {
            if (from.equalsIgnoreCase("latest")) {
                return new Start(true, 0);
            }
            if (from.equalsIgnoreCase("earliest")) {
                return new Start(false, 0);
            }
            if (from.matches("\\d{1,18}")) {
                return new Start(false, Long.parseLong(from));
            }
            throw new IllegalArgumentException("--from is " + from + ": use latest, earliest or an offset");
        }
    }

    /**
     * @param security how to reach the brokers; addresses included
     * @param count    how many
     * @return in the order of their timestamps; fewer if there are no more
     * @throws IllegalArgumentException if there is no such topic
     * @throws TimeoutException         if no record comes for 15 seconds, though there are more
     */
    public static List<ConsumerRecord<byte @Nullable [], byte @Nullable []>> read(Properties security, String topic, Start start,
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
                consumer.seek(partition, Math.clamp(start.last() ? end.get(partition) - count : start.offset(), begin.get(partition),
                        end.get(partition)));
            }
            var records = poll(consumer, partitions, end, count);
            records.sort(Comparator.comparingLong(ConsumerRecord::timestamp));
            int size = records.size();
            return List.copyOf(start.last() ? records.subList(Math.max(0, size - count), size)
                    : records.subList(0, Math.min(count, size)));
        }
    }

    /** Until every partition has given enough, or all it has: any of them may have the first ones by time. */
    private static List<ConsumerRecord<byte @Nullable [], byte @Nullable []>> poll(
            KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions, Map<TopicPartition, Long> end, int count) {
        var records = new ArrayList<ConsumerRecord<byte @Nullable [], byte @Nullable []>>();
        var wanted = new HashMap<TopicPartition, Integer>();
        partitions.forEach(partition -> wanted.put(partition, count));
        long last = System.nanoTime();
        while (true) {
            wanted.entrySet().removeIf(entry -> entry.getValue() <= 0
                    || consumer.position(entry.getKey()) >= end.get(entry.getKey()));
            if (wanted.isEmpty()) {
                return records;
            }
            consumer.pause(partitions.stream().filter(partition -> !wanted.containsKey(partition)).toList());
            for (var record : consumer.poll(Duration.ofMillis(200))) {
                records.add(record);
                wanted.computeIfPresent(new TopicPartition(record.topic(), record.partition()), (partition, more) -> more - 1);
                last = System.nanoTime();
            }
            if (System.nanoTime() - last > AT_MOST.toNanos()) {
                throw new TimeoutException("no record of " + wanted.keySet() + " came for " + AT_MOST.toSeconds() + " s");
            }
        }
    }
}

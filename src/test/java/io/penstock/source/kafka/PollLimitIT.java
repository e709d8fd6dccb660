package io.penstock.source.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.UUID;

import io.penstock.stack.Stack;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With the client as it is: what it does with a record that can't be deserialised is its own affair, and may change. */
class PollLimitIT {

    private static final int PARTITIONS = 3;
    private static final int RECORDS = 3_000;
    private static final long MOST_BYTES = 20_000;

    private final Stack stack = Stack.shared();
    private final String topic = "poll-limit-" + UUID.randomUUID().toString().substring(0, 8);
    private final Random random = new Random(4);
    private final PollLimit limit = new PollLimit(MOST_BYTES);
    private final Map<TopicPartition, List<Long>> read = new HashMap<>();

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void pollsBringWhatIsAskedForAndAllOfThemTogetherEachRecordOnceInItsOrder(String protocol) throws Exception {
        var sent = produce();
        try (var consumer = consumer(protocol)) {
            consumer.subscribe(List.of(topic));
            int full = 0;
            for (int polls = 0; read.values().stream().mapToInt(List::size).sum() < RECORDS; polls++) {
                assertThat(polls).as("polls, read so far " + read).isLessThan(RECORDS * 2);
                int most = 1 + random.nextInt(12);
                limit.next(most);
                var polled = consumer.poll(Duration.ofSeconds(5));
                var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
                polled.forEach(records::add);
                long seen = records.stream().filter(record -> record.key() != null || record.value() != null).count();
                long bytes = records.stream().mapToLong(record -> Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize())).sum();
                assertThat(seen).isLessThanOrEqualTo(most);
                assertThat(seen == 1 || bytes <= MOST_BYTES).as("%d records of %d bytes", seen, bytes).isTrue();
                full += seen == most ? 1 : 0;
                for (var record : records) {
                    var value = sent.get(record.partition()).get((int) record.offset());
                    assertThat(record.value()).isEqualTo(value);
                    read.computeIfAbsent(new TopicPartition(topic, record.partition()), _ -> new ArrayList<>()).add(record.offset());
                }
                disturb(consumer, polls);
            }
            assertThat(full).isPositive();
        }
        assertThat(read).hasSize(PARTITIONS).allSatisfy((partition, offsets) -> {
            assertThat(offsets).hasSize(sent.get(partition.partition()).size()).isSorted().doesNotHaveDuplicates();
        });
    }

    @Test
    void aRecordThatIsLargerThanTheBoundComesAlone() throws Exception {
        stack.kafka().createTopic(topic, 1);
        try (var producer = producer("none")) {
            for (int size : new int[] {10, 500_000, 10, 10}) {
                producer.send(new ProducerRecord<>(topic, new byte[size]));
            }
        }
        try (var consumer = consumer("classic")) {
            consumer.subscribe(List.of(topic));
            var counts = new ArrayList<Integer>();
            for (int polls = 0; polls < 20 && counts.stream().mapToInt(Integer::intValue).sum() < 4; polls++) {
                limit.next(100);
                int count = consumer.poll(Duration.ofSeconds(5)).count();
                if (count > 0) {
                    counts.add(count);
                }
            }
            assertThat(counts).containsExactly(1, 1, 2);
        }
    }

    /** What else happens to a partition with a record that is still to be given out. */
    private void disturb(KafkaConsumer<byte[], byte[]> consumer, int polls) {
        if (polls % 10 == 3) {
            consumer.pause(consumer.assignment());
            limit.next(5);
            assertThat(consumer.poll(Duration.ofMillis(1)).count()).isZero();
            consumer.resume(consumer.assignment());
        } else if (polls % 50 == 7) {
            read.forEach((partition, offsets) -> {
                consumer.seek(partition, offsets.removeLast());
            });
        }
    }

    /** Their values by partition and offset. */
    private Map<Integer, List<byte[]>> produce() throws Exception {
        stack.kafka().createTopic(topic, PARTITIONS);
        var sent = new HashMap<Integer, List<byte[]>>();
        for (int first = 0; first < RECORDS; first += RECORDS / 3) {
            try (var producer = producer(List.of("none", "gzip", "lz4").get(first * 3 / RECORDS))) {
                for (int i = 0; i < RECORDS / 3; i++) {
                    int partition = random.nextInt(PARTITIONS);
                    var key = random.nextInt(3) == 0 ? null : new byte[random.nextInt(20)];
                    var value = random.nextInt(5) == 0 ? null : new byte[random.nextInt(i % 100 == 0 ? 60_000 : 6_000)];
                    if (value != null) {
                        random.nextBytes(value);
                    }
                    producer.send(new ProducerRecord<>(topic, partition, key, value));
                    sent.computeIfAbsent(partition, _ -> new ArrayList<>()).add(value);
                }
            }
        }
        return sent;
    }

    private KafkaProducer<byte[], byte[]> producer(String compression) {
        var properties = new Properties();
        properties.put("bootstrap.servers", stack.kafka().bootstrapServers());
        properties.put("compression.type", compression);
        properties.put("linger.ms", "5");
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private KafkaConsumer<byte[], byte[]> consumer(String protocol) {
        var properties = new Properties();
        properties.put("bootstrap.servers", stack.kafka().bootstrapServers());
        properties.put("group.id", topic + "-" + protocol);
        properties.put("group.protocol", protocol);
        properties.put("auto.offset.reset", "earliest");
        properties.put("enable.auto.commit", "false");
        return new KafkaConsumer<>(properties, limit, limit);
    }
}

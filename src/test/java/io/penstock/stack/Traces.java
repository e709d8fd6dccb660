package io.penstock.stack;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * For records that are no {@link TradeRecords}: whether each that was committed to the topic left a document or a dead letter
 * with its own bytes, and whether anything else did. Names records as {@code topic-partition-offset}.
 *
 * @param records     in the topic, without those of aborted transactions
 * @param stored      of them in the index
 * @param letters     of them in the dead letter topic
 * @param lost        without a trace though they must have one
 * @param wrong       dead letters whose key or value is not the record's
 * @param unexplained documents and dead letters without a record
 */
public record Traces(int records, int stored, int letters, List<String> lost, List<String> wrong, List<String> unexplained) {

    /** What is remembered of a record: they may be large, and many. */
    private record Kept(int key, int value, boolean traceless) {
    }

    /**
     * @param letterBroker where the dead letter topic is
     * @param traceless    records that may leave no trace, being filtered
     */
    public static Traces take(Stack stack, KafkaBroker letterBroker, String topic, String index,
            Predicate<ConsumerRecord<byte[], byte[]>> traceless) {
        var records = new HashMap<Coordinate, Kept>();
        readCommitted(stack.kafka(), topic, record -> records.put(new Coordinate(topic, record.partition(), record.offset()),
                new Kept(Arrays.hashCode(record.key()), Arrays.hashCode(record.value()), traceless.test(record))));
        var unexplained = new ArrayList<String>();
        Set<Coordinate> stored = new HashSet<>();
        stack.elasticsearch().forEach(index, false, document -> Coordinate.parse(document.id()).filter(records::containsKey)
                .ifPresentOrElse(stored::add, () -> unexplained.add("document " + document.id())));
        Set<Coordinate> letters = new HashSet<>();
        var wrong = new ArrayList<String>();
        TopicReader.read(letterBroker, topic + ".dead-letters", letter -> {
            var text = List.of("penstock-topic", "penstock-partition", "penstock-offset").stream().map(name -> text(letter, name))
                    .collect(Collectors.joining("-"));
            var coordinate = Coordinate.parse(text).filter(records::containsKey);
            if (coordinate.isEmpty()) {
                unexplained.add("dead letter " + text);
                return;
            }
            letters.add(coordinate.get());
            var record = records.get(coordinate.get());
            if (record.key != Arrays.hashCode(letter.key()) || record.value != Arrays.hashCode(letter.value())) {
                wrong.add(text);
            }
        });
        var lost = records.entrySet().stream()
                .filter(record -> !stored.contains(record.getKey()) && !letters.contains(record.getKey()))
                .filter(record -> !record.getValue().traceless)
                .map(record -> record.getKey().toString()).toList();
        return new Traces(records.size(), stored.size(), letters.size(), lost, wrong, unexplained);
    }

    public boolean isRight() {
        return lost.isEmpty() && wrong.isEmpty() && unexplained.isEmpty();
    }

    private static String text(ConsumerRecord<byte[], byte[]> letter, String name) {
        @Nullable Header header = letter.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static void readCommitted(KafkaBroker kafka, String topic, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        var ends = kafka.endOffsets(topic);
        Map<String, Object> config = Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        try (var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(ends.keySet());
            consumer.seekToBeginning(ends.keySet());
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(reader);
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("Kafka gives no more of " + topic + " though it ends at " + ends);
                }
            }
        }
    }

    @Override
    public String toString() {
        return "%,d records, %,d stored, %,d dead letters; lost %d %s, wrong %d %s, unexplained %d %s".formatted(records, stored,
                letters, lost.size(), some(lost), wrong.size(), some(wrong), unexplained.size(), some(unexplained));
    }

    private static List<String> some(List<String> all) {
        return all.stream().limit(5).toList();
    }
}

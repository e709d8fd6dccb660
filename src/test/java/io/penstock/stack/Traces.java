package io.penstock.stack;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

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
        TopicReader.readCommitted(stack.kafka(), topic, record -> records.put(new Coordinate(topic, record.partition(), record.offset()),
                new Kept(Arrays.hashCode(record.key()), Arrays.hashCode(record.value()), traceless.test(record))));
        var unexplained = new ArrayList<String>();
        Set<Coordinate> stored = new HashSet<>();
        stack.elasticsearch().forEach(index, false, document -> Coordinate.parse(document.id()).filter(records::containsKey)
                .ifPresentOrElse(stored::add, () -> unexplained.add("document " + document.id())));
        Set<Coordinate> letters = new HashSet<>();
        var wrong = new ArrayList<String>();
        TopicReader.read(letterBroker, topic + ".dead-letters", letter -> {
            var coordinate = Coordinate.ofLetter(letter).filter(records::containsKey);
            if (coordinate.isEmpty()) {
                unexplained.add("dead letter " + letter.topic() + "-" + letter.partition() + "-" + letter.offset());
                return;
            }
            letters.add(coordinate.get());
            var record = records.get(coordinate.get());
            if (record.key != Arrays.hashCode(letter.key()) || record.value != Arrays.hashCode(letter.value())) {
                wrong.add(coordinate.get().toString());
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

    @Override
    public String toString() {
        return "%,d records, %,d stored, %,d dead letters; lost %d %s, wrong %d %s, unexplained %d %s".formatted(records, stored,
                letters, lost.size(), some(lost), wrong.size(), some(wrong), unexplained.size(), some(unexplained));
    }

    private static List<String> some(List<String> all) {
        return all.stream().limit(5).toList();
    }
}

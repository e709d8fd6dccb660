package io.penstock.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.stack.Trade.DeadLettered;
import io.penstock.stack.Trade.Filtered;
import io.penstock.stack.Trade.Stored;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * What became of every record of a topic, by what the real servers hold and by nothing Penstock says. A moment's picture: take
 * it when nothing moves any more. Lists name records as {@code topic-partition-offset}.
 *
 * @param produced             records in the topic
 * @param stored               records that are in the index, each counted once
 * @param filtered             records that were to be filtered out and left no trace
 * @param deadLettered         records that are in the dead letter topic, each counted once
 * @param rewritten            documents that were written more than once, under the same id; harmless
 * @param lost                 left no trace although they were to be stored or dead-lettered
 * @param wrongContent         documents that are not exactly what was to be stored
 * @param wronglyStored        in the index although they were to be filtered or dead-lettered
 * @param wronglyDeadLettered  in the dead letter topic although they were to be stored or filtered
 * @param wrongDeadLetters     dead letters whose key, value, headers or reason are not right, with what is wrong
 * @param duplicated           documents whose content exists under another id as well
 * @param repeatedDeadLetters  dead letters of a record that has one already; allowed after a crash
 * @param unexplained          documents and dead letters of records that are not in the topic
 * @param uncommitted          records behind the group's committed offset, by partition; without partitions that have none
 */
public record Audit(long produced, long stored, long filtered, long deadLettered, long rewritten, List<String> lost,
        List<String> wrongContent, List<String> wronglyStored, List<String> wronglyDeadLettered, List<String> wrongDeadLetters,
        List<String> duplicated, List<String> repeatedDeadLetters, List<String> unexplained, Map<TopicPartition, Long> uncommitted) {

    private static final List<String> OTHER_HEADERS = List.of("penstock-route", "penstock-step", "penstock-reason",
            "penstock-exception", "penstock-timestamp", "penstock-attempts");

    /**
     * Reads the topic, its {@code .dead-letters}, the index and the group's offsets.
     *
     * @throws IllegalArgumentException when the topic holds anything but records of {@code trades}, each once
     */
    public static Audit take(Stack stack, String topic, String index, String group, TradeRecords trades) {
        return take(stack, stack.kafka(), topic, index, group, trades);
    }

    /** As {@link #take(Stack, String, String, String, TradeRecords)}, with the dead letters on another broker. */
    public static Audit take(Stack stack, KafkaBroker letterBroker, String topic, String index, String group, TradeRecords trades) {
        return take(stack, letterBroker, topic, index, group, trades, _ -> true);
    }

    /** As {@link #take}, of the records the group has committed; what became of others is unexplained. */
    public static Audit ofCommitted(Stack stack, KafkaBroker letterBroker, String topic, String index, String group, TradeRecords trades) {
        var committed = stack.kafka().committedOffsets(group);
        return take(stack, letterBroker, topic, index, group, trades,
                record -> record.offset() < committed.getOrDefault(new TopicPartition(topic, record.partition()), 0L));
    }

    private static Audit take(Stack stack, KafkaBroker letterBroker, String topic, String index, String group, TradeRecords trades,
            Predicate<ConsumerRecord<byte[], byte[]>> which) {
        var examiner = new Examiner(trades);
        TopicReader.read(stack.kafka(), topic, record -> {
            if (which.test(record)) {
                examiner.produced(record);
            }
        });
        stack.elasticsearch().forEach(index, examiner::document);
        TopicReader.read(letterBroker, topic + ".dead-letters", examiner::deadLetter);
        return examiner.result(uncommitted(stack.kafka(), topic, group));
    }

    /** By partition, the records of the topic the group has yet to commit; empty when it has committed all. */
    public static Map<TopicPartition, Long> uncommitted(KafkaBroker kafka, String topic, String group) {
        var committed = kafka.committedOffsets(group);
        var uncommitted = new LinkedHashMap<TopicPartition, Long>();
        kafka.endOffsets(topic).forEach((partition, end) -> {
            // One with no committed offset has nothing to commit when it has no record
            long rest = end - committed.getOrDefault(partition, 0L);
            if (rest != 0) {
                uncommitted.put(partition, rest);
            }
        });
        return uncommitted;
    }

    /** Nothing lost, nothing wrong, nothing twice by id, and all of it committed. Repeated dead letters are allowed. */
    public boolean isRight() {
        return isComplete() && uncommitted.isEmpty();
    }

    /** As {@link #isRight()}, whatever is committed. */
    public boolean isComplete() {
        return addsUp() && lost.isEmpty() && wrongContent.isEmpty() && wronglyStored.isEmpty() && wronglyDeadLettered.isEmpty()
                && wrongDeadLetters.isEmpty() && duplicated.isEmpty() && unexplained.isEmpty();
    }

    /** produced = stored + filtered + deadLettered. */
    public boolean addsUp() {
        return produced == stored + filtered + deadLettered;
    }

    @Override
    public String toString() {
        var text = new StringBuilder("%,d produced %s %,d stored + %,d filtered + %,d dead-lettered".formatted(
                produced, addsUp() ? "=" : "≠", stored, filtered, deadLettered));
        if (rewritten > 0) {
            text.append("\n  rewritten under the same id: ").append(rewritten);
        }
        line(text, "LOST", lost);
        line(text, "WRONG CONTENT", wrongContent);
        line(text, "WRONGLY STORED", wronglyStored);
        line(text, "WRONGLY DEAD-LETTERED", wronglyDeadLettered);
        line(text, "WRONG DEAD LETTERS", wrongDeadLetters);
        line(text, "STORED UNDER TWO IDS", duplicated);
        line(text, "UNEXPLAINED", unexplained);
        line(text, "repeated dead letters", repeatedDeadLetters);
        text.append(uncommitted.isEmpty() ? "\n  all committed" : "\n  NOT COMMITTED: " + uncommitted);
        return text.toString();
    }

    private static void line(StringBuilder text, String what, List<String> entries) {
        if (!entries.isEmpty()) {
            text.append("\n  ").append(what).append(": ").append(entries.size()).append(", ")
                    .append(entries.stream().limit(10).collect(Collectors.joining("; ")))
                    .append(entries.size() > 10 ? "; ..." : "");
        }
    }

    /** Takes in what the servers hold, the topic first, and judges it. One thread. */
    static final class Examiner {

        private static final ObjectMapper JSON = new ObjectMapper();

        private final TradeRecords trades;
        private final Map<Coordinate, Integer> numbers = new LinkedHashMap<>();
        private final Set<Integer> seen = new HashSet<>();
        private final Set<Coordinate> stored = new HashSet<>();
        private final Set<Coordinate> deadLettered = new HashSet<>();
        private final Map<String, String> ids = new HashMap<>();
        private final List<String> wrongContent = new ArrayList<>();
        private final List<String> wronglyStored = new ArrayList<>();
        private final List<String> wronglyDeadLettered = new ArrayList<>();
        private final List<String> wrongDeadLetters = new ArrayList<>();
        private final List<String> duplicated = new ArrayList<>();
        private final List<String> repeatedDeadLetters = new ArrayList<>();
        private final List<String> unexplained = new ArrayList<>();
        private long rewritten;

        Examiner(TradeRecords trades) {
            this.trades = trades;
        }

        void produced(ConsumerRecord<byte[], byte[]> record) {
            var coordinate = new Coordinate(record.topic(), record.partition(), record.offset());
            int number = TradeRecords.number(record.key());
            if (number < 0 || !Arrays.equals(trades.trade(number).value(), record.value())) {
                throw new IllegalArgumentException(coordinate + " is not a record of " + trades);
            }
            if (!seen.add(number)) {
                throw new IllegalArgumentException(coordinate + " is record " + number + " of " + trades + " a second time");
            }
            numbers.put(coordinate, number);
        }

        void document(ElasticsearchServer.Document document) {
            var requestId = document.source().path("msgBody").path("requestId").asText();
            var other = ids.putIfAbsent(requestId, document.id());
            if (other != null && !requestId.isEmpty()) {
                duplicated.add(document.id() + " and " + other);
            }
            var coordinate = Coordinate.parse(document.id()).orElse(null);
            var number = coordinate == null ? null : numbers.get(coordinate);
            if (coordinate == null || number == null) {
                unexplained.add("document " + document.id());
                return;
            }
            stored.add(coordinate);
            rewritten += document.version() > 1 ? 1 : 0;
            switch (trades.trade(number).outcome()) {
                case Stored expected -> {
                    if (!expected.document().equals(asMap(document.source()))) {
                        wrongContent.add(document.id());
                    }
                }
                case Filtered _, DeadLettered _ -> wronglyStored.add(document.id());
            }
        }

        void deadLetter(ConsumerRecord<byte[], byte[]> letter) {
            var at = letter.topic() + "-" + letter.partition() + "-" + letter.offset();
            var coordinate = Coordinate.ofLetter(letter).orElse(null);
            var number = coordinate == null ? null : numbers.get(coordinate);
            if (coordinate == null || number == null) {
                unexplained.add("dead letter " + at);
                return;
            }
            if (!deadLettered.add(coordinate)) {
                repeatedDeadLetters.add(coordinate.toString());
            }
            var trade = trades.trade(number);
            switch (trade.outcome()) {
                case DeadLettered expected -> {
                    var faults = faults(letter, trade, expected);
                    if (!faults.isEmpty()) {
                        wrongDeadLetters.add(coordinate + " (" + String.join(", ", faults) + ")");
                    }
                }
                case Filtered _, Stored _ -> wronglyDeadLettered.add(coordinate + " (" + header(letter, "penstock-reason") + ")");
            }
        }

        Audit result(Map<TopicPartition, Long> uncommitted) {
            long filtered = 0;
            var lost = new ArrayList<String>();
            for (var record : numbers.entrySet()) {
                var coordinate = record.getKey();
                if (stored.contains(coordinate) || deadLettered.contains(coordinate)) {
                    continue;
                }
                switch (trades.trade(record.getValue()).outcome()) {
                    case Filtered _ -> filtered++;
                    case Stored _, DeadLettered _ -> lost.add(coordinate.toString());
                }
            }
            return new Audit(numbers.size(), stored.size(), filtered, deadLettered.size(), rewritten, lost, wrongContent,
                    wronglyStored, wronglyDeadLettered, wrongDeadLetters, duplicated, repeatedDeadLetters, unexplained, uncommitted);
        }

        private static List<String> faults(ConsumerRecord<byte[], byte[]> letter, Trade trade, DeadLettered expected) {
            var faults = new ArrayList<String>();
            if (!Arrays.equals(letter.key(), trade.key())) {
                faults.add("key changed");
            }
            if (!Arrays.equals(letter.value(), trade.value())) {
                faults.add("value changed");
            }
            if (!String.valueOf(trade.number()).equals(header(letter, TradeRecords.NUMBER_HEADER))) {
                faults.add("header " + TradeRecords.NUMBER_HEADER + " changed");
            }
            OTHER_HEADERS.stream().filter(name -> header(letter, name) == null).forEach(name -> faults.add("no header " + name));
            var reason = header(letter, "penstock-reason");
            if (reason != null && !expected.reason().matcher(reason).find()) {
                faults.add("reason is not about " + expected.reason() + ": " + reason);
            }
            return faults;
        }

        private static @Nullable String header(ConsumerRecord<byte[], byte[]> letter, String name) {
            Header header = letter.headers().lastHeader(name);
            return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
        }

        @SuppressWarnings("unchecked")
        private static Map<String, Object> asMap(JsonNode source) {
            return JSON.convertValue(source, Map.class);
        }
    }
}

package io.penstock.stack;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Looks, while everything runs, whether the group has committed a record that is neither stored nor filtered nor a dead letter.
 *
 * <p>It can't accuse falsely: the committed offsets are read first and the evidence afterwards, documents by id (which sees
 * what was acknowledged, refreshed or not), dead letters to the end their topic has then. What can't be read for a fault is
 * read later; evidence only grows, so a look that comes late may miss a record committed too early and never invents one.
 */
public final class CommitWatcher implements AutoCloseable {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);
    private static final int IDS_AT_ONCE = 500;

    private final Stack stack;
    private final KafkaBroker letterBroker;
    private final String topic;
    private final String index;
    private final String group;
    private final Predicate<ConsumerRecord<byte[], byte[]>> traceless;
    private final Map<TopicPartition, Long> checked = new HashMap<>();
    private final Map<TopicPartition, TreeSet<Long>> unchecked = new HashMap<>();
    private final Map<TopicPartition, Long> read = new HashMap<>();
    private final Map<TopicPartition, Long> lettersRead = new HashMap<>();
    private final Set<Coordinate> letters = new HashSet<>();
    private final ConcurrentLinkedQueue<String> tooEarly = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean ended;
    private volatile int count;

    /**
     * Starts to look at once.
     *
     * @param letterBroker where the dead letter topic is
     * @param traceless    records that may leave no trace, being filtered
     */
    public CommitWatcher(Stack stack, KafkaBroker letterBroker, String topic, String index, String group,
            Predicate<ConsumerRecord<byte[], byte[]>> traceless) {
        this.stack = stack;
        this.letterBroker = letterBroker;
        this.topic = topic;
        this.index = index;
        this.group = group;
        this.traceless = traceless;
        this.thread = Thread.ofPlatform().daemon().name("commit-watcher").start(this::run);
    }

    /** Records that were committed too early, as {@code topic-partition-offset}. */
    public List<String> tooEarly() {
        return List.copyOf(tooEarly);
    }

    /** How many records that are to leave a trace it has looked for; 0 for one that could never look. */
    public int checked() {
        return count;
    }

    /** Takes a last look and ends. */
    @Override
    public void close() {
        ended = true;
        try {
            thread.join(Duration.ofSeconds(60));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean last = false;
        while (!last) {
            last = ended;
            try {
                look();
            } catch (RuntimeException _) {
                // A server is away, as it is meant to be
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }

    private void look() {
        var committed = stack.kafka().committedOffsets(group);
        committed.keySet().removeIf(partition -> !partition.topic().equals(topic));
        committed.entrySet().removeIf(offset -> offset.getValue() <= checked.getOrDefault(offset.getKey(), 0L));
        if (committed.isEmpty()) {
            return;
        }
        read(stack.kafka(), committed, read, record -> {
            if (!traceless.test(record)) {
                unchecked.computeIfAbsent(new TopicPartition(topic, record.partition()), _ -> new TreeSet<>()).add(record.offset());
            }
        });
        var settled = new ArrayList<Coordinate>();
        committed.forEach((partition, offset) -> unchecked.getOrDefault(partition, new TreeSet<>()).headSet(offset)
                .forEach(at -> settled.add(new Coordinate(topic, partition.partition(), at))));
        readLetters();
        int found = settled.size();
        settled.removeIf(letters::contains);
        notStored(settled).forEach(coordinate -> tooEarly.add(coordinate + " at " + committed.get(
                new TopicPartition(topic, coordinate.partition()))));
        committed.forEach((partition, offset) -> {
            unchecked.getOrDefault(partition, new TreeSet<>()).headSet(offset).clear();
            checked.put(partition, offset);
        });
        count += found;
    }

    private void readLetters() {
        read(letterBroker, letterBroker.endOffsets(topic + ".dead-letters"), lettersRead, letter -> Coordinate.ofLetter(letter).ifPresent(letters::add));
    }

    private List<Coordinate> notStored(List<Coordinate> coordinates) {
        var missing = new ArrayList<Coordinate>();
        for (int from = 0; from < coordinates.size(); from += IDS_AT_ONCE) {
            var some = coordinates.subList(from, Math.min(coordinates.size(), from + IDS_AT_ONCE));
            var docs = stack.elasticsearch().post("/" + index + "/_mget?_source=false", some.stream()
                    .map(coordinate -> "\"" + coordinate + "\"").collect(Collectors.joining(",", "{\"ids\":[", "]}")))
                    .ok().path("docs");
            var found = new HashSet<String>();
            for (JsonNode doc : docs) {
                if (doc.has("error") && !doc.path("error").path("type").asText().equals("index_not_found_exception")) {
                    throw new IllegalStateException("Elasticsearch can't tell now");
                }
                if (doc.path("found").asBoolean()) {
                    found.add(doc.path("_id").asText());
                }
            }
            some.stream().filter(coordinate -> !found.contains(coordinate.toString())).forEach(missing::add);
        }
        return missing;
    }

    /** Reads partitions on, from where they were read to before, up to these ends and not a record further. */
    private static void read(KafkaBroker kafka, Map<TopicPartition, Long> ends, Map<TopicPartition, Long> positions,
            Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        var wanted = new HashMap<>(ends);
        wanted.entrySet().removeIf(end -> end.getValue() <= positions.getOrDefault(end.getKey(), 0L));
        var starts = new HashMap<>(positions);
        starts.keySet().retainAll(wanted.keySet());
        TopicReader.readCommitted(kafka, starts, wanted, reader);
        positions.putAll(wanted);
    }
}

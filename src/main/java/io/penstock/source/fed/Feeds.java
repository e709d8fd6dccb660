package io.penstock.source.fed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.penstock.delivery.Delivery;
import io.penstock.source.DeadLetterTopics;
import io.penstock.source.DeliveryHeaders;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * The records on their way into the routes, by topic. May be called from any thread. A queue has no bound of its own: whoever
 * feeds it asks {@link io.penstock.delivery.InFlight} first.
 */
public final class Feeds {

    private static final int MAX_POLL_RECORDS = 500;

    private final ConcurrentHashMap<String, BlockingQueue<ConsumerRecord<byte @Nullable [], byte @Nullable []>>> queues =
            new ConcurrentHashMap<>();
    /** How many read each topic now. */
    private final ConcurrentHashMap<String, Integer> readers = new ConcurrentHashMap<>();

    private final List<PatternReader> patterns = new CopyOnWriteArrayList<>();
    private final DeadLetterTopics deadLetters;
    private volatile Consumer<String> unread = topic -> { };

    /**
     * One that reads a pattern of topics.
     *
     * @param written as its route has it
     * @param topics  matches those it reads
     */
    record PatternReader(Pattern written, Pattern topics) {

        boolean reads(String topic) {
            return topics.matcher(topic).matches();
        }
    }

    /** @param deadLetters what patterns of topics don't read */
    public Feeds(DeadLetterTopics deadLetters) {
        this.deadLetters = deadLetters;
    }

    /**
     * A record to feed.
     *
     * @param timestamp in ms since 1970; below zero if it has none
     */
    public static ConsumerRecord<byte @Nullable [], byte @Nullable []> record(String topic, int partition, long offset,
            long timestamp, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        var type = timestamp < 0 ? TimestampType.NO_TIMESTAMP_TYPE : TimestampType.CREATE_TIME;
        return new ConsumerRecord<>(topic, partition, offset, timestamp, type, size(key), size(value), key, value, headers,
                Optional.empty());
    }

    private static int size(byte @Nullable [] bytes) {
        return bytes == null ? -1 : bytes.length;
    }

    /** Whether a route reads from the topic now. */
    public boolean isRead(String topic) {
        return readers.containsKey(topic) || patterns.stream().anyMatch(reader -> reader.reads(topic));
    }

    /** The topics that routes read from now, and patterns of topics. */
    public Set<String> topics() {
        return Stream.concat(readers.keySet().stream(), patterns.stream().map(reader -> reader.written.pattern()))
                .collect(Collectors.toSet());
    }

    /** Who is told when a topic has lost its last reader, in that reader's thread: somebody may read it again by then. */
    public void whenUnread(Consumer<String> told) {
        unread = told;
    }

    /** The topics that something was fed for. */
    Set<String> fed(PatternReader reader) {
        return queues.keySet().stream().filter(reader::reads).collect(Collectors.toSet());
    }

    PatternReader reading(Pattern pattern) {
        var reader = new PatternReader(pattern, deadLetters.leftOutOf(pattern));
        patterns.add(reader);
        return reader;
    }

    void notReading(PatternReader reader) {
        patterns.remove(reader);
        fed(reader).forEach(this::left);
    }

    void reading(String topic) {
        readers.merge(topic, 1, Integer::sum);
    }

    void notReading(String topic) {
        readers.computeIfPresent(topic, (t, count) -> count == 1 ? null : count - 1);
        left(topic);
    }

    private void left(String topic) {
        if (!isRead(topic)) {
            unread.accept(topic);
        }
    }

    /** Hands a record to the route that reads its topic; it waits for that route if there is none yet. */
    public void feed(Delivery delivery) {
        queue(delivery.record().topic()).add(DeliveryHeaders.on(delivery.record(), delivery));
    }

    /**
     * Takes back what no route has been given yet.
     *
     * @return the deliveries of those records, which nobody else will settle
     */
    public List<Delivery> withdraw(String topic) {
        var waiting = new ArrayList<ConsumerRecord<byte @Nullable [], byte @Nullable []>>();
        var queue = queues.get(topic);
        if (queue != null) {
            queue.drainTo(waiting);
        }
        return waiting.stream().map(record -> ((DeliveryHeaders) record.headers()).delivery()).toList();
    }

    /** What was fed for a topic, or nothing if nothing comes within the time. */
    List<ConsumerRecord<byte @Nullable [], byte @Nullable []>> poll(String topic, Duration atMost) throws InterruptedException {
        var queue = queue(topic);
        var first = queue.poll(atMost.toNanos(), TimeUnit.NANOSECONDS);
        if (first == null) {
            return List.of();
        }
        var records = new ArrayList<ConsumerRecord<byte @Nullable [], byte @Nullable []>>();
        records.add(first);
        queue.drainTo(records, MAX_POLL_RECORDS - 1);
        return records;
    }

    private BlockingQueue<ConsumerRecord<byte @Nullable [], byte @Nullable []>> queue(String topic) {
        return queues.computeIfAbsent(topic, t -> new LinkedBlockingQueue<>());
    }
}

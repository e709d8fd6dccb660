package io.penstock.route.replay;

import io.penstock.delivery.Delivery;
import io.penstock.delivery.InFlight;
import io.penstock.sink.KeptLetter;
import io.penstock.source.Intake;
import io.penstock.source.fed.Feeds;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Sends the dead letters of a topic through the running routes again, each as the record it was: with its topic, partition, offset
 * and timestamp of then, so that its document has the id and the version it would have had. What fails again becomes a dead letter
 * again. It ends with what was in the topic when it began. One thread.
 */
public final class Replay {

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration ROUTES_START = Duration.ofSeconds(15);
    private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(5);
    private static final Duration STEP = Duration.ofMillis(2);

    /**
     * Which letters.
     *
     * @param route  of this route only
     * @param reason only those whose reason this is found in
     * @param all    from the topic's beginning, not from where the last replay ended
     * @param dryRun names them and sends none
     */
    public record Choice(Optional<String> route, Optional<Pattern> reason, boolean all, boolean dryRun) {

        boolean takes(KeptLetter letter) {
            return route.map(letter.route()::equals).orElse(true)
                    && reason.map(pattern -> pattern.matcher(letter.reason()).find()).orElse(true);
        }

        /** With a filter, or when nothing is sent, there is no place up to which all is done. */
        boolean notesProgress() {
            return route.isEmpty() && reason.isEmpty() && !dryRun;
        }
    }

    private final Feeds feeds;
    private final Intake intake;
    private final InFlight inFlight;
    private final Set<String> routes;
    private final PrintWriter out;
    private final AtomicLong stored = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final Set<String> unread = new TreeSet<>();
    private final Set<String> missing = new TreeSet<>();
    private final Set<String> known = new HashSet<>();
    private long sent;
    private long passed;
    private long unreadLetters;
    private long strayLetters;
    private long bare;
    private long reported = System.nanoTime();

    /** @param routes the ids of those that run; a letter of another is not sent, as who reads its topic would take it for its own */
    public Replay(Feeds feeds, Intake intake, InFlight inFlight, Set<String> routes, PrintWriter out) {
        this.feeds = feeds;
        this.intake = intake;
        this.inFlight = inFlight;
        this.routes = routes;
        this.out = out;
    }

    /**
     * Returns when every letter is settled: stored, dropped by its route, or a dead letter again. It waits for Elasticsearch as
     * long as the service does, without limit.
     *
     * @param kafka how to reach the brokers; addresses included
     * @param group where it notes how far it has come
     * @return whether all that were chosen were stored or dropped
     * @throws IllegalArgumentException if there is no such topic
     */
    public boolean run(Properties kafka, String topic, String group, Choice choice) {
        var properties = new Properties();
        properties.putAll(kafka);
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        try (var consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(topic).stream().map(p -> new TopicPartition(topic, p.partition())).toList();
            if (partitions.isEmpty()) {
                throw new IllegalArgumentException("there is no topic " + topic);
            }
            consumer.assign(partitions);
            begin(consumer, partitions, choice);
            replay(consumer, consumer.endOffsets(partitions), choice);
        }
        report(choice);
        return failed.get() == 0 && leftLetters() == 0 && bare == 0;
    }

    private static void begin(KafkaConsumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions, Choice choice) {
        consumer.seekToBeginning(partitions);
        if (choice.notesProgress() && !choice.all) {
            var begin = consumer.beginningOffsets(partitions);
            consumer.committed(Set.copyOf(partitions)).forEach((partition, done) -> {
                if (done != null && done.offset() > begin.get(partition)) {
                    consumer.seek(partition, done.offset());
                }
            });
        }
    }

    private void replay(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> end, Choice choice) {
        while (end.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
            for (var letter : consumer.poll(POLL)) {
                // What comes behind is of this replay, or of the service beside it
                if (letter.offset() < end.get(new TopicPartition(letter.topic(), letter.partition()))) {
                    KeptLetter.of(letter).ifPresentOrElse(kept -> take(kept, choice), () -> {
                        bare++;
                        out.printf("%s-%d@%d does not say where it came from; it is left%n", letter.topic(), letter.partition(), letter.offset());
                    });
                }
            }
            await(() -> inFlight.records() == 0);
            if (choice.notesProgress() && leftLetters() == 0) {
                var done = end.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey,
                        e -> new OffsetAndMetadata(Math.min(consumer.position(e.getKey()), e.getValue()))));
                consumer.commitSync(done);
            }
        }
    }

    private void take(KeptLetter letter, Choice choice) {
        var record = letter.original();
        if (!choice.takes(letter)) {
            passed++;
        } else if (choice.dryRun) {
            sent++;
            out.printf("%s-%d@%d, route %s: %s%n", record.topic(), record.partition(), record.offset(), letter.route(),
                    letter.reason());
        } else if (!letter.route().isEmpty() && !routes.contains(letter.route())) {
            missing.add(letter.route());
            strayLetters++;
        } else if (!isRead(record.topic())) {
            unread.add(record.topic());
            unreadLetters++;
        } else {
            await(() -> !inFlight.isFull());
            sent++;
            feeds.feed(intake.delivery(record, Delivery.documentId(record.topic(), record.partition(), record.offset()), this::settled));
        }
    }

    private long leftLetters() {
        return unreadLetters + strayLetters;
    }

    /** A route that has just started is a moment from reading its topic. */
    private boolean isRead(String topic) {
        if (known.add(topic)) {
            long deadline = System.nanoTime() + ROUTES_START.toNanos();
            while (!feeds.isRead(topic) && System.nanoTime() < deadline) {
                LockSupport.parkNanos(STEP.toNanos());
            }
        }
        return feeds.isRead(topic);
    }

    private void settled(Delivery delivery) {
        (switch (delivery.outcome()) {
            case STORED -> stored;
            case FILTERED -> dropped;
            case DEAD_LETTERED -> failed;
        }).incrementAndGet();
    }

    private void await(BooleanSupplier until) {
        while (!until.getAsBoolean()) {
            LockSupport.parkNanos(STEP.toNanos());
            if (System.nanoTime() - reported > BETWEEN_REPORTS.toNanos()) {
                reported = System.nanoTime();
                out.printf("%,d sent, %,d under way%n", sent, inFlight.records());
            }
        }
    }

    private void report(Choice choice) {
        if (unreadLetters > 0) {
            out.printf("%,d are of topics that no route reads: %s (--routes)%n", unreadLetters, String.join(", ", unread));
        }
        if (strayLetters > 0) {
            out.printf("%,d are of routes that do not run: %s (--routes)%n", strayLetters, String.join(", ", missing));
        }
        if (choice.dryRun) {
            out.printf("%,d dead letters would be sent, %,d others would not%n", sent, passed);
        } else {
            out.printf("%,d dead letters sent: %,d stored, %,d dropped by their route, %,d dead letters again; %,d not chosen%n", sent,
                    stored.get(), dropped.get(), failed.get(), passed);
        }
        out.flush();
    }
}

package io.penstock.source.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.penstock.delivery.Delivery;
import io.penstock.delivery.DeliveryMetrics;
import io.penstock.delivery.InFlight;
import io.penstock.source.DeadLetterTopics;
import io.penstock.source.DeliveryHeaders;
import io.penstock.source.Intake;
import io.penstock.source.OpenAggregations;
import io.penstock.source.kafka.PartitionLedger.Entry;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.jboss.logging.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka consumer that commits what is settled and nothing else. It is handed to camel-kafka, whose own commits and seeks
 * have no effect on it.
 *
 * <p>{@link #poll} gives every record a {@link Delivery}, commits settled offsets, completes open aggregations behind the first
 * records, and pauses the assignment at the in-flight bound; revoked partitions are drained within a bound and committed before
 * they are given up. Everything but {@link #wakeup()} belongs to the poll thread, as with any {@link KafkaConsumer}; deliveries
 * are settled from any thread.
 */
final class LedgerConsumer extends KafkaConsumer<byte @Nullable [], byte @Nullable []> {

    private static final Logger LOG = Logger.getLogger(LedgerConsumer.class);

    /** How soon a settled offset or freed room is noticed while records are in flight. */
    private static final Duration BUSY_POLL = Duration.ofMillis(20);
    /** How soon a request to stop is noticed: camel-kafka waits for the poll to return before it wakes the consumer. */
    private static final Duration IDLE_POLL = Duration.ofMillis(250);
    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(5);
    /** How many commit intervals later an offset that has not moved is committed again. */
    private static final int COMMITTED_AGAIN = 60;
    /** What part of a commit interval passes between commits of partitions with nothing in flight. */
    private static final int COMMITTED_EARLY = 10;
    /** Of the heap, for what one poll brings. */
    private static final int POLL_SHARE = 64;
    private static final int DEFAULT_MAX_POLL_INTERVAL_MS = 300_000;
    private static final long STALLED_NANOS = Duration.ofSeconds(1).toNanos();
    /** How often the ends of paused partitions are asked for. */
    private static final long ENDS_NANOS = Duration.ofSeconds(10).toNanos();

    private final KafkaSourceConfig config;
    private final InFlight inFlight;
    private final DeliveryMetrics metrics;
    private final Intake intake;
    private final OpenAggregations aggregations;
    private final ConsumerStates.State state;
    private final DeadLetterTopics deadLetters;
    private final PollLimit limit;
    private final Pace pace;
    /** Those that the last poll brought records of, if it ended at its limit. */
    private final Set<TopicPartition> served = new HashSet<>();
    private final OffsetReset offsetReset;
    private final Map<TopicPartition, PartitionLedger> ledgers = new HashMap<>();
    /** What the last poll returned, in the order of each partition's offsets, and the entry of each. */
    private final List<Delivery> lastPoll = new ArrayList<>();
    private final List<Entry> lastEntries = new ArrayList<>();
    private boolean pausedByRoute;
    private boolean pausedAtBound;
    private long pausedSince;
    private long lastCommit = System.nanoTime();
    /** The early ones don't put off those of partitions that always have records in flight. */
    private long lastCommitOfAll = lastCommit;
    private long lastAgain = System.nanoTime();
    private @Nullable Class<? extends Exception> commitFailure;
    private boolean firstRecords = true;
    private long positionsNoted = System.nanoTime();
    private long endsAsked = System.nanoTime();

    /** @param heap what part of it this consumer may reckon with */
    LedgerConsumer(Properties properties, KafkaSourceConfig config, InFlight inFlight, DeliveryMetrics metrics,
            OpenAggregations aggregations, ConsumerStates states, DeadLetterTopics deadLetters, long heap) {
        var reset = new OffsetReset(properties, metrics);
        var limit = new PollLimit(heap / POLL_SHARE);
        super(properties, limit, limit);
        this.limit = limit;
        this.offsetReset = reset;
        this.config = config;
        this.inFlight = inFlight;
        this.metrics = metrics;
        this.intake = new Intake(inFlight, metrics);
        this.aggregations = aggregations;
        this.state = states.add(String.valueOf(properties.get(ConsumerConfig.GROUP_ID_CONFIG)), this::metrics);
        this.deadLetters = deadLetters;
        this.pace = new Pace(Duration.ofMillis(number(properties, ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, DEFAULT_MAX_POLL_INTERVAL_MS)),
                (int) number(properties, ConsumerConfig.MAX_POLL_RECORDS_CONFIG, ConsumerConfig.DEFAULT_MAX_POLL_RECORDS));
    }

    private static long number(Properties properties, String name, int byDefault) {
        return Long.parseLong(String.valueOf(properties.getOrDefault(name, byDefault)));
    }

    @Override
    public ConsumerRecords<byte @Nullable [], byte @Nullable []> poll(Duration timeout) {
        pace.through(System.nanoTime());
        completeFirstRecords();
        giveBack(true);
        notePositions();
        commitSettled();
        pauseOrResume();
        Duration longest = isIdle() ? IDLE_POLL : BUSY_POLL;
        try {
            limit.next(pace.most());
            var records = pollInTurn(timeout.compareTo(longest) < 0 ? timeout : longest);
            state.polled();
            if (records.isEmpty()) {
                return records;
            }
            var handedOver = withDeliveries(records);
            pace.handedOver(handedOver.count(), System.nanoTime());
            state.handedOver(handedOver.partitions(), handedOver.count());
            return handedOver;
        } catch (WakeupException e) {
            return ConsumerRecords.empty();
        } catch (InterruptException e) {
            throw e;
        } catch (AuthenticationException | AuthorizationException | RetriableException e) {
            // Not for camel-kafka, which would seek past unread records (CAMEL-23994): nothing moved, so polling again is right.
            state.failed(e);
            LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
            return ConsumerRecords.empty();
        } catch (KafkaException e) {
            if (isReset(e)) {
                return ConsumerRecords.empty();
            }
            // Camel makes a new consumer (pollOnError=RECONNECT), which begins at the committed offsets.
            state.failed(e);
            LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
            throw e;
        }
    }

    /**
     * The client stays with a partition until it has given out all that it fetched of it: in polls that end at their limit, the
     * others would wait for hours behind slow steps.
     */
    private ConsumerRecords<byte @Nullable [], byte @Nullable []> pollInTurn(Duration timeout) {
        var records = ConsumerRecords.<byte @Nullable [], byte @Nullable []>empty();
        served.retainAll(super.assignment());
        if (!served.isEmpty() && served.size() < super.assignment().size() && !pausedAtBound && !pausedByRoute) {
            super.pause(served);
            try {
                records = super.poll(Duration.ZERO);
            } finally {
                served.retainAll(super.assignment());
                super.resume(served);
            }
        }
        if (records.isEmpty()) {
            records = super.poll(timeout);
        }
        served.clear();
        if (limit.isReached()) {
            served.addAll(records.partitions());
        }
        return records;
    }

    /** Whether there was no offset to go on at, and there is one now. */
    private boolean isReset(KafkaException failure) {
        if (!offsetReset.isHere() || !(failure instanceof InvalidOffsetException e)) {
            return false;
        }
        var partitions = new HashSet<>(e.partitions());
        partitions.retainAll(super.assignment());
        if (e instanceof OffsetOutOfRangeException outOfRange) {
            offsetReset.outOfRange(outOfRange);
        }
        if (e instanceof LogTruncationException truncation) {
            truncation.divergentOffsets().forEach((partition, offset) -> {
                if (partitions.remove(partition)) {
                    super.seek(partition, offset);
                }
            });
        }
        // Of none, the client takes all
        if (!partitions.isEmpty() && offsetReset.toEarliest()) {
            super.seekToBeginning(partitions);
        } else if (!partitions.isEmpty()) {
            super.seekToEnd(partitions);
        }
        return true;
    }

    private ConsumerRecords<byte @Nullable [], byte @Nullable []> withDeliveries(
            ConsumerRecords<byte @Nullable [], byte @Nullable []> polled) {
        try {
            return tracked(polled);
        } finally {
            // Whatever happened: those of them that are given back leave.
            intake.entered(lastPoll);
        }
    }

    private ConsumerRecords<byte @Nullable [], byte @Nullable []> tracked(
            ConsumerRecords<byte @Nullable [], byte @Nullable []> polled) {
        var tracked = new HashMap<TopicPartition, List<ConsumerRecord<byte @Nullable [], byte @Nullable []>>>();
        for (TopicPartition partition : polled.partitions()) {
            var ledger = ledgers.computeIfAbsent(partition, p -> new PartitionLedger(intake));
            var records = polled.records(partition);
            offsetReset.positioned(partition, records.getFirst().offset());
            var list = new ArrayList<ConsumerRecord<byte @Nullable [], byte @Nullable []>>(records.size());
            for (var record : records) {
                list.add(withDelivery(record, ledger.polled(record)));
            }
            var next = polled.nextOffsets().get(partition);
            if (next != null) {
                ledger.positioned(next);
            }
            metrics.polled(partition.topic(), list.size());
            currentLag(partition).ifPresent(lag -> state.lag(partition, lag));
            tracked.put(partition, list);
        }
        return new ConsumerRecords<>(tracked, polled.nextOffsets());
    }

    private ConsumerRecord<byte @Nullable [], byte @Nullable []> withDelivery(
            ConsumerRecord<byte @Nullable [], byte @Nullable []> record, Entry entry) {
        var delivery = intake.oneOfMany(record, entry);
        lastEntries.add(entry);
        lastPoll.add(delivery);
        return DeliveryHeaders.on(record, delivery);
    }

    /**
     * Takes back what Camel was given and did not put into the route: a route that stops drops the rest of a poll. Nobody would
     * settle it. A record enters its route on this thread, so what has no route by now will have none.
     *
     * @param again whether it is to be polled again; otherwise it is the next owner's
     */
    private void giveBack(boolean again) {
        state.through();
        var first = new HashMap<TopicPartition, Long>();
        for (int i = 0; i < lastPoll.size(); i++) {
            var delivery = lastPoll.get(i);
            if (delivery.route().isEmpty() && !delivery.isSettled()) {
                var record = delivery.record();
                var partition = new TopicPartition(record.topic(), record.partition());
                var ledger = ledgers.get(partition);
                if (ledger != null && ledger.giveBack(lastEntries.get(i))) {
                    first.putIfAbsent(partition, record.offset());
                }
                inFlight.left(delivery.bytes());
            }
        }
        lastPoll.clear();
        lastEntries.clear();
        if (again) {
            first.keySet().retainAll(super.assignment());
            first.forEach(super::seek);
        }
    }

    /** What has waited for the consumer to start does not wait for a group's time or size as well. */
    private void completeFirstRecords() {
        if (firstRecords && !lastPoll.isEmpty()) {
            firstRecords = false;
            aggregations.complete();
        }
    }

    private void pauseOrResume() {
        if (!pausedAtBound && inFlight.isFull()) {
            pausedAtBound = true;
            pausedSince = System.nanoTime();
        } else if (pausedAtBound && inFlight.hasRoom()) {
            pausedAtBound = false;
            if (!pausedByRoute) {
                super.resume(super.paused());
            }
        }
        if (pausedAtBound) {
            super.pause(super.assignment());
            // At the bound with an aggregation that waits for more than the bound lets in, nothing would ever move.
            if (System.nanoTime() - pausedSince > STALLED_NANOS) {
                pausedSince = System.nanoTime();
                aggregations.complete();
            }
        }
    }

    /**
     * Lets the ledgers pass what is no record: else a topic written by transactions, whose last offset is a marker, is never
     * without lag, and a partition of which nothing was polled yet has no committed offset to come back to.
     */
    private void notePositions() {
        if (System.nanoTime() - positionsNoted < config.commitInterval().toNanos()) {
            return;
        }
        positionsNoted = System.nanoTime();
        state.missing(super.subscription().stream().filter(this::isMissing).collect(Collectors.toSet()));
        askForEnds();
        for (TopicPartition partition : super.assignment()) {
            try {
                var position = new OffsetAndMetadata(super.position(partition, Duration.ZERO));
                offsetReset.positioned(partition, position.offset());
                ledgers.computeIfAbsent(partition, p -> new PartitionLedger(intake)).positioned(position);
                currentLag(partition).ifPresent(lag -> state.lag(partition, lag));
            } catch (InterruptException e) {
                throw e;
            } catch (KafkaException e) {
                // It has none yet: polling finds one, or says why not. Of a truncation, the client tells once.
                isReset(e);
            }
        }
    }

    /** The lag is known from what is fetched; of paused partitions nothing is. Without time to wait, the answer comes with a later poll. */
    private void askForEnds() {
        var paused = super.paused();
        if (paused.isEmpty() || System.nanoTime() - endsAsked < ENDS_NANOS) {
            return;
        }
        endsAsked = System.nanoTime();
        try {
            super.endOffsets(paused, Duration.ZERO);
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            // Polling says why
        }
    }

    /** As far as the client knows: without time to ask, it says that it had none. */
    private boolean isMissing(String topic) {
        try {
            return super.partitionsFor(topic, Duration.ZERO).isEmpty();
        } catch (TimeoutException e) {
            return true;
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            // Polling says why
            return false;
        }
    }

    /** Commits what is settled: all of it once in a commit interval, of partitions with nothing in flight ten times as often. */
    private void commitSettled() {
        long interval = config.commitInterval().toNanos();
        // A commit that was given up for lost may reach the broker behind a later one, and takes the offset back.
        if (System.nanoTime() - lastAgain >= COMMITTED_AGAIN * interval) {
            lastAgain = System.nanoTime();
            ledgers.values().forEach(PartitionLedger::sendAgain);
        }
        boolean due = System.nanoTime() - lastCommitOfAll >= interval;
        boolean early = commitFailure == null && System.nanoTime() - lastCommit >= interval / COMMITTED_EARLY;
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        ledgers.forEach((partition, ledger) -> {
            if (due || early && ledger.isEmpty()) {
                ledger.toCommit().ifPresent(offset -> offsets.put(partition, offset));
            }
        });
        if (offsets.isEmpty()) {
            return;
        }
        lastCommit = System.nanoTime();
        if (due) {
            lastCommitOfAll = lastCommit;
        }
        offsets.forEach((partition, offset) -> ledgers.get(partition).sent(offset));
        try {
            super.commitAsync(offsets, this::committed);
        } catch (KafkaException e) {
            committed(offsets, e);
        }
    }

    /** Whether nothing is in flight, and nothing to be committed before the interval has passed. */
    private boolean isIdle() {
        return !pausedAtBound && ledgers.values().stream()
                .allMatch(ledger -> ledger.isEmpty() && (commitFailure != null || ledger.toCommit().isEmpty()));
    }

    private void committed(Map<TopicPartition, OffsetAndMetadata> offsets, @Nullable Exception failure) {
        var before = commitFailure;
        commitFailure = failure == null ? null : failure.getClass();
        if (failure == null) {
            offsets.forEach((partition, offset) -> {
                if (ledgers.containsKey(partition)) {
                    state.committed(partition, offset.offset());
                }
            });
            return;
        }
        // A rebalance or a lost connection passes; what lasts is told by readiness.
        boolean passes = failure instanceof RetriableException || failure instanceof RebalanceInProgressException;
        LOG.logf(passes || failure.getClass() == before ? Level.DEBUG : Level.WARN,
                "Offsets of %s were not committed (%s); they are sent again.", offsets.keySet(), failure.getClass().getSimpleName());
        offsets.forEach((partition, offset) -> {
            var ledger = ledgers.get(partition);
            if (ledger != null) {
                ledger.notCommitted(offset);
            }
        });
    }

    /** Waits, within the drain timeout, for what is in flight of these partitions, and commits what is settled by then. */
    private void giveUp(Collection<TopicPartition> partitions) {
        giveBack(false);
        long deadline = System.nanoTime() + config.drainTimeout().toNanos();
        BooleanSupplier drained = () -> partitions.stream().map(ledgers::get).allMatch(l -> l == null || l.isEmpty());
        // When the whole process stops, what is in flight was waited for before the consumers stop.
        while (!inFlight.isClosed() && !drained.getAsBoolean() && System.nanoTime() < deadline
                && !Thread.currentThread().isInterrupted()) {
            aggregations.complete();
            LockSupport.parkNanos(BUSY_POLL.toNanos());
        }
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        for (TopicPartition partition : partitions) {
            var ledger = ledgers.get(partition);
            if (ledger != null) {
                ledger.toCommit().ifPresent(offset -> offsets.put(partition, offset));
                if (!ledger.isEmpty()) {
                    LOG.warnf("%s is given up with %d records in flight; its next owner reads them again "
                            + "(penstock.kafka.drain-timeout is %s).", partition, ledger.size(), config.drainTimeout());
                }
            }
        }
        if (!offsets.isEmpty()) {
            try {
                super.commitSync(offsets, COMMIT_TIMEOUT);
                offsets.forEach((partition, offset) -> state.committed(partition, offset.offset()));
            } catch (KafkaException e) {
                LOG.warnf("Offsets of %s were not committed before the partitions were given up (%s); their next owner "
                        + "reads some records again.", offsets.keySet(), e.getClass().getSimpleName());
            }
        }
        forget(partitions);
    }

    private void forget(Collection<TopicPartition> partitions) {
        ledgers.keySet().removeAll(partitions);
        offsetReset.forget(partitions);
        partitions.forEach(state::forget);
    }

    @Override
    public void subscribe(Collection<String> topics, ConsumerRebalanceListener listener) {
        super.subscribe(topics, new Rebalance(listener));
    }

    @Override
    public void subscribe(Pattern pattern, ConsumerRebalanceListener listener) {
        super.subscribe(deadLetters.leftOutOf(pattern), new Rebalance(listener));
    }

    @Override
    public void close() {
        try {
            super.close();
        } finally {
            state.close();
        }
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        pausedByRoute = true;
        super.pause(partitions);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        pausedByRoute = false;
        if (!pausedAtBound) {
            super.resume(partitions);
        }
    }

    // What follows is Camel's idea of where an offset should be. The ledger alone decides that.

    @Override
    public void commitSync() {
    }

    @Override
    public void commitSync(Duration timeout) {
    }

    @Override
    public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
    }

    @Override
    public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
    }

    @Override
    public void commitAsync() {
    }

    @Override
    public void commitAsync(@Nullable OffsetCommitCallback callback) {
    }

    @Override
    public void commitAsync(Map<TopicPartition, OffsetAndMetadata> offsets, @Nullable OffsetCommitCallback callback) {
    }

    @Override
    public void seek(TopicPartition partition, long offset) {
    }

    @Override
    public void seek(TopicPartition partition, OffsetAndMetadata offset) {
    }

    @Override
    public void seekToBeginning(Collection<TopicPartition> partitions) {
    }

    @Override
    public void seekToEnd(Collection<TopicPartition> partitions) {
    }

    /** Runs inside {@code poll}, {@code unsubscribe} and {@code close}, on the poll thread. */
    private final class Rebalance implements ConsumerRebalanceListener {

        private final ConsumerRebalanceListener camel;

        private Rebalance(ConsumerRebalanceListener camel) {
            this.camel = camel;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            LOG.infof("Assigned %s", partitions);
            if (pausedAtBound) {
                LedgerConsumer.super.pause(partitions);
            }
            camel.onPartitionsAssigned(partitions);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            LOG.infof("Giving up %s", partitions);
            giveUp(partitions);
            camel.onPartitionsRevoked(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            LOG.warnf("Lost %s: the group went on without this member, or while it left. What is in flight of them is stored, but "
                    + "not committed; their next owner reads it again.", partitions);
            giveBack(false);
            forget(partitions);
            camel.onPartitionsLost(partitions);
        }
    }
}

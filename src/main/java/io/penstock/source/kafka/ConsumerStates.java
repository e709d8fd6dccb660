package io.penstock.source.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** What each consumer of this process is up to, for readiness and metrics. May be read from any thread. */
public final class ConsumerStates {

    private static final Logger LOG = Logger.getLogger(ConsumerStates.class);
    /** One is tried each second. Who does not try any more, as its route is gone, has no problem. */
    private static final Duration TRYING = Duration.ofSeconds(30);
    /** How long a rebalance may take beyond the session of a member that died: the others drain what is taken from them. */
    private static final Duration REBALANCE = Duration.ofSeconds(30);
    /** A broker that makes topics on demand has made it by then. */
    private static final Duration MAKING_TOPIC = Duration.ofSeconds(10);
    private static final String SLOW = "the steps of a route have been at ";

    private final MeterRegistry registry;
    private final Map<PartitionGauge, Reading> readings = new ConcurrentHashMap<>();
    private final Duration sessionTimeout;
    private final Set<State> states = ConcurrentHashMap.newKeySet();
    private final LongSupplier nanoTime;
    private volatile @Nullable NotCreated notCreated;
    private String reported = "";

    private record NotCreated(String problem, long at) {
    }

    private record PartitionGauge(String group, String name, TopicPartition partition) {
    }

    private static final class Reading {

        private final AtomicLong value = new AtomicLong();
        private final Meter.Id id;
        /** Who has read it last. */
        private volatile @Nullable State owner;

        private Reading(PartitionGauge gauge, MeterRegistry registry) {
            id = Gauge.builder(gauge.name, value, AtomicLong::get).tag("group", gauge.group).tag("topic", gauge.partition.topic())
                    .tag("partition", Integer.toString(gauge.partition.partition())).register(registry).getId();
        }
    }

    /** @param sessionTimeout a broker that has not answered a heartbeat for so long counts as unreachable */
    public ConsumerStates(MeterRegistry registry, Duration sessionTimeout) {
        this(registry, sessionTimeout, System::nanoTime);
    }

    ConsumerStates(MeterRegistry registry, Duration sessionTimeout, LongSupplier nanoTime) {
        this.registry = registry;
        this.sessionTimeout = sessionTimeout;
        this.nanoTime = nanoTime;
    }

    State add(String group, Supplier<Map<MetricName, ? extends Metric>> metrics) {
        var state = new State(group, metrics);
        states.add(state);
        return state;
    }

    void created() {
        notCreated = null;
    }

    void notCreated(KafkaException e) {
        notCreated = new NotCreated(KafkaFailure.text(e), nanoTime.getAsLong());
    }

    /** Why records can't be polled, if so; empty also when there is no consumer. */
    public Optional<String> problem() {
        var creation = notCreated;
        if (creation != null && nanoTime.getAsLong() - creation.at < TRYING.toNanos()) {
            return Optional.of(creation.problem);
        }
        return states.stream().map(State::problem).flatMap(Optional::stream).findFirst();
    }

    /** Logs once that records can't be polled, and once that they can; a poll alone does not tell. Called now and then by one thread. */
    public void report() {
        String now = problem().orElse("");
        if (!now.isEmpty() && reported.isEmpty()) {
            if (now.startsWith(SLOW)) {
                LOG.warnf("A route is slow: %s. Nothing more is read for it meanwhile; beyond "
                        + "camel.component.kafka.max-poll-interval-ms its partitions go to others of its group, which read them again.", now);
            } else {
                LOG.errorf("Kafka can't be read: %s. What is in flight is stored all the same; reading goes on by itself when that is "
                        + "mended, see kafka.bootstrap.servers and camel.component.kafka.*.", now);
            }
        } else if (now.isEmpty() && !reported.isEmpty()) {
            LOG.info("Kafka is read again.");
        }
        reported = now;
    }

    /** One consumer. Written by its poll thread. */
    final class State {

        private record Missing(Set<String> topics, long since) {
        }

        private record HandedOver(Set<TopicPartition> partitions, int records, long at) {
        }

        private final String group;
        private final Supplier<Map<MetricName, ? extends Metric>> metrics;
        private final long created = nanoTime.getAsLong();
        private volatile @Nullable Exception failure;
        private volatile @Nullable Missing missing;
        private volatile @Nullable HandedOver handedOver;

        private State(String group, Supplier<Map<MetricName, ? extends Metric>> metrics) {
            this.group = group;
            this.metrics = metrics;
        }

        void polled() {
            failure = null;
        }

        void failed(Exception e) {
            failure = e;
        }

        /** The route has these records; until it is through with them nobody polls. */
        void handedOver(Set<TopicPartition> partitions, int records) {
            handedOver = new HandedOver(partitions, records, nanoTime.getAsLong());
        }

        void through() {
            handedOver = null;
        }

        /** @param topics those it has subscribed to that there are not, as far as its brokers know at the moment */
        void missing(Set<String> topics) {
            var known = missing;
            if (topics.isEmpty()) {
                missing = null;
            } else if (known == null || !known.topics.equals(topics)) {
                missing = new Missing(topics, nanoTime.getAsLong());
            }
        }

        void lag(TopicPartition partition, long records) {
            set("penstock.consumer.lag", partition, records);
        }

        void committed(TopicPartition partition, long offset) {
            set("penstock.committed.offset", partition, offset);
        }

        private void set(String name, TopicPartition partition, long value) {
            readings.compute(new PartitionGauge(group, name, partition), (gauge, known) -> {
                var reading = known == null ? new Reading(gauge, registry) : known;
                reading.value.set(value);
                reading.owner = this;
                return reading;
            });
        }

        void forget(TopicPartition partition) {
            forget(gauge -> gauge.group.equals(group) && gauge.partition.equals(partition));
        }

        /** But for what another consumer of this process has read meanwhile: partitions may come to it before this one hears of it. */
        private void forget(Predicate<PartitionGauge> which) {
            readings.keySet().stream().filter(which).forEach(gauge -> readings.computeIfPresent(gauge, (_, reading) -> {
                if (reading.owner != this) {
                    return reading;
                }
                registry.remove(reading.id);
                return null;
            }));
        }

        void close() {
            states.remove(this);
            forget(gauge -> true);
        }

        /** Whether the steps of a route keep the poll thread for longer than Kafka may be silent. */
        private Optional<String> steps() {
            var records = handedOver;
            if (records == null) {
                return Optional.empty();
            }
            var time = Duration.ofNanos(nanoTime.getAsLong() - records.at);
            if (time.compareTo(sessionTimeout) <= 0) {
                return Optional.empty();
            }
            var topics = records.partitions.stream().map(TopicPartition::topic).distinct().sorted().collect(Collectors.joining(", "));
            return Optional.of(SLOW + records.records + " records of " + topics + " for " + time.toSeconds() + " s");
        }

        private Optional<String> problem() {
            // The client's heartbeat ends when it isn't polled for long; that is no fault of Kafka's.
            var slow = steps();
            if (slow.isPresent()) {
                return slow;
            }
            Exception e = failure;
            if (e != null) {
                return Optional.of(e.getClass().getSimpleName() + ": " + e.getMessage());
            }
            if (metric("consumer-metrics", "connection-count") < 1) {
                return Optional.of("no connection to any broker of kafka.bootstrap.servers");
            }
            double silent = metric("consumer-coordinator-metrics", "last-heartbeat-seconds-ago");
            if (silent > sessionTimeout.toSeconds()) {
                return Optional.of("no answer from the group coordinator for " + Math.round(silent) + " s");
            }
            if (metric("consumer-coordinator-metrics", "last-rebalance-seconds-ago") < 0) {
                var waiting = Duration.ofNanos(nanoTime.getAsLong() - created);
                return waiting.compareTo(sessionTimeout.plus(REBALANCE)) <= 0 ? Optional.empty() : Optional.of("not let into the consumer "
                        + "group for " + waiting.toSeconds() + " s; can the addresses that brokers advertise be reached?");
            }
            var absent = missing;
            return absent == null || nanoTime.getAsLong() - absent.since <= MAKING_TOPIC.toNanos() ? Optional.empty()
                    : Optional.of("there is no topic " + String.join(", ", new TreeSet<>(absent.topics)));
        }

        /** NaN when the client has no such metric yet. */
        private double metric(String group, String name) {
            for (var entry : metrics.get().entrySet()) {
                if (entry.getKey().name().equals(name) && entry.getKey().group().equals(group)
                        && entry.getValue().metricValue() instanceof Double value) {
                    return value;
                }
            }
            return Double.NaN;
        }
    }
}

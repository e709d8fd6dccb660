package io.penstock.push;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

import com.fasterxml.jackson.databind.JsonNode;
import io.penstock.stack.KafkaBroker;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Stands in for the dispatcher behind a Knative KafkaSource, with its rules (eventing-kafka-broker, data plane): one POST for
 * each record, ordered (the next of a partition when the one before is done) or unordered; answers from 500 on, 404, 408, 409,
 * 429 and failed connections are tried again with backoff, and a record whose tries are used up, or that is answered otherwise,
 * goes to the dead letter sink. If there is none, or it fails, the record is dropped: its offset counts as done all the same.
 * Offsets are committed contiguously.
 */
final class KafkaSourceDispatcher implements AutoCloseable {

    private static final int MAX_POLL_RECORDS = 50;

    /**
     * A source's {@code spec.delivery}.
     *
     * @param retry          tries after the first
     * @param backoff        before the first retry; the wait doubles with each, or grows by it if {@code linear}
     * @param deadLetterSink takes a record and says whether it has
     */
    record Delivery(int retry, boolean linear, Duration backoff, Predicate<ConsumerRecord<byte[], byte[]>> deadLetterSink) {

        /** What a source without {@code delivery} has: 10 retries from 0.3 s on and no dead letter sink. */
        static final Delivery DEFAULTS = new Delivery(10, false, Duration.ofMillis(300), record -> false);

        static Delivery of(JsonNode spec, Predicate<ConsumerRecord<byte[], byte[]>> deadLetterSink) {
            return new Delivery(spec.path("retry").asInt(), spec.path("backoffPolicy").asText().equals("linear"),
                    Duration.parse(spec.path("backoffDelay").asText()), deadLetterSink);
        }

        /** With time running that many times as fast. */
        Delivery faster(int times) {
            return new Delivery(retry, linear, backoff.dividedBy(times), deadLetterSink);
        }

        private Duration waitBefore(int nextRetry) {
            return linear ? backoff.multipliedBy(nextRetry) : backoff.multipliedBy(1L << (nextRetry - 1));
        }
    }

    /**
     * What became of the records so far.
     *
     * @param retries      by what made them necessary: the status, or how the connection failed
     * @param deadLettered taken by the dead letter sink
     * @param dropped      gone
     */
    record Counts(long delivered, Map<String, Integer> retries, long deadLettered, long dropped) {
    }

    private final KafkaBroker kafka;
    private final String topic;
    private final String group;
    private final Sender sender;
    private final boolean ordered;
    private final Delivery delivery;
    private final AtomicLong delivered = new AtomicLong();
    private final Map<String, Integer> retries = new ConcurrentHashMap<>();
    private final AtomicLong deadLettered = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Thread> consumers = new ArrayList<>();
    private volatile boolean closed;

    KafkaSourceDispatcher(KafkaBroker kafka, String topic, String group, Sender sender, boolean ordered, Delivery delivery) {
        this.kafka = kafka;
        this.topic = topic;
        this.group = group;
        this.sender = sender;
        this.ordered = ordered;
        this.delivery = delivery;
    }

    /** Starts that many consumers ({@code spec.consumers}). */
    KafkaSourceDispatcher start(int number) {
        for (int i = 0; i < number; i++) {
            consumers.add(Thread.ofPlatform().daemon().name("dispatcher-" + i).start(() -> new Consumer().run()));
        }
        return this;
    }

    Counts counts() {
        return new Counts(delivered.get(), Map.copyOf(retries), deadLettered.get(), dropped.get());
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        for (var consumer : consumers) {
            consumer.join();
        }
        threads.shutdownNow();
    }

    private void dispatch(ConsumerRecord<byte[], byte[]> record) {
        for (int retry = 1; !closed; retry++) {
            String why;
            boolean again = true;
            try {
                int status = sender.send(sender.kafkaSource(record)).statusCode();
                if (status / 100 == 2) {
                    delivered.incrementAndGet();
                    return;
                }
                again = status >= 500 || status == 404 || status == 408 || status == 409 || status == 429;
                why = String.valueOf(status);
            } catch (UncheckedIOException | IllegalStateException e) {
                why = String.valueOf(e.getMessage());
            }
            if (!again || retry > delivery.retry()) {
                (delivery.deadLetterSink().test(record) ? deadLettered : dropped).incrementAndGet();
                return;
            }
            retries.merge(why, 1, Integer::sum);
            try {
                Thread.sleep(delivery.waitBefore(retry));
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** One consumer; its maps belong to its thread, what is done is noted by others. */
    private final class Consumer {

        private static final class Partition {
            final ArrayDeque<Long> offsets = new ArrayDeque<>();
            final Map<Long, Boolean> done = new ConcurrentHashMap<>();
            final ArrayDeque<ConsumerRecord<byte[], byte[]>> waiting = new ArrayDeque<>();
            volatile boolean busy;
        }

        private final Map<TopicPartition, Partition> partitions = new HashMap<>();
        private final AtomicInteger inFlight = new AtomicInteger();

        void run() {
            Map<String, Object> config = Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers(),
                    ConsumerConfig.GROUP_ID_CONFIG, group, ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                    ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false, ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS);
            try (var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                consumer.subscribe(List.of(topic), new ConsumerRebalanceListener() {
                    @Override
                    public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
                        commit(consumer);
                        partitions.keySet().removeAll(revoked);
                    }

                    @Override
                    public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
                    }
                });
                while (!closed) {
                    if (inFlight.get() >= MAX_POLL_RECORDS) {
                        consumer.pause(consumer.assignment());
                    } else {
                        consumer.resume(consumer.paused());
                    }
                    consumer.poll(Duration.ofMillis(5)).forEach(this::polled);
                    commit(consumer);
                }
                commit(consumer);
            }
        }

        private void polled(ConsumerRecord<byte[], byte[]> record) {
            var partition = partitions.computeIfAbsent(new TopicPartition(record.topic(), record.partition()), p -> new Partition());
            partition.offsets.add(record.offset());
            inFlight.incrementAndGet();
            if (!ordered) {
                threads.execute(() -> deliver(partition, record));
                return;
            }
            synchronized (partition) {
                partition.waiting.add(record);
                if (!partition.busy) {
                    partition.busy = true;
                    threads.execute(() -> inTurn(partition));
                }
            }
        }

        private void inTurn(Partition partition) {
            while (true) {
                ConsumerRecord<byte[], byte[]> record;
                synchronized (partition) {
                    record = partition.waiting.poll();
                    if (record == null) {
                        partition.busy = false;
                        return;
                    }
                }
                deliver(partition, record);
            }
        }

        private void deliver(Partition partition, ConsumerRecord<byte[], byte[]> record) {
            dispatch(record);
            if (!closed) {
                partition.done.put(record.offset(), true);
            }
            inFlight.decrementAndGet();
        }

        private void commit(KafkaConsumer<?, ?> consumer) {
            var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
            partitions.forEach((topicPartition, partition) -> {
                while (!partition.offsets.isEmpty() && partition.done.remove(partition.offsets.peek()) != null) {
                    offsets.put(topicPartition, new OffsetAndMetadata(partition.offsets.poll() + 1));
                }
            });
            if (!offsets.isEmpty()) {
                consumer.commitSync(offsets);
            }
        }
    }
}

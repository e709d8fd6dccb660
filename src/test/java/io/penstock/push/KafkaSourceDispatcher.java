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
 * 429 and failed connections are tried again with exponential backoff, and a record whose tries are used up, or that is
 * answered otherwise, is dropped for want of a dead letter sink: its offset counts as done. Offsets are committed contiguously.
 */
final class KafkaSourceDispatcher implements AutoCloseable {

    private static final int MAX_POLL_RECORDS = 50;

    /** What became of the records so far. */
    record Counts(long delivered, long retries, long dropped) {
    }

    private final KafkaBroker kafka;
    private final String topic;
    private final String group;
    private final Sender sender;
    private final boolean ordered;
    private final int retry;
    private final Duration backoff;
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong retries = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Thread> consumers = new ArrayList<>();
    private volatile boolean closed;

    KafkaSourceDispatcher(KafkaBroker kafka, String topic, String group, Sender sender, boolean ordered, int retry, Duration backoff) {
        this.kafka = kafka;
        this.topic = topic;
        this.group = group;
        this.sender = sender;
        this.ordered = ordered;
        this.retry = retry;
        this.backoff = backoff;
    }

    /** With the source's defaults: 10 retries from 0.3 s on. */
    static KafkaSourceDispatcher withDefaults(KafkaBroker kafka, String topic, String group, Sender sender, boolean ordered) {
        return new KafkaSourceDispatcher(kafka, topic, group, sender, ordered, 10, Duration.ofMillis(300));
    }

    /** Starts that many consumers ({@code spec.consumers}). */
    KafkaSourceDispatcher start(int number) {
        for (int i = 0; i < number; i++) {
            consumers.add(Thread.ofPlatform().daemon().name("dispatcher-" + i).start(() -> new Consumer().run()));
        }
        return this;
    }

    Counts counts() {
        return new Counts(delivered.get(), retries.get(), dropped.get());
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
        for (int attempt = 0; !closed; attempt++) {
            int status = post(record);
            if (status / 100 == 2) {
                delivered.incrementAndGet();
                return;
            }
            boolean again = status >= 500 || status == 404 || status == 408 || status == 409 || status == 429;
            if (!again || attempt >= retry) {
                dropped.incrementAndGet();
                return;
            }
            retries.incrementAndGet();
            try {
                Thread.sleep(backoff.multipliedBy(1L << attempt));
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private int post(ConsumerRecord<byte[], byte[]> record) {
        try {
            return sender.send(sender.kafkaSource(record)).statusCode();
        } catch (UncheckedIOException | IllegalStateException e) {
            return 503;
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

package io.penstock.source.fed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import io.penstock.source.DeliveryHeaders;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * A consumer whose {@code poll} returns what was fed for its topic. Of the rest of the interface camel-kafka uses only
 * subscribing, pausing and closing; what these need, Kafka's own consumer without a broker answers.
 */
final class FedConsumer extends MockConsumer<byte @Nullable [], byte @Nullable []> {

    /** camel-kafka waits for the poll to return when it stops. */
    private static final Duration LONGEST_POLL = Duration.ofMillis(250);
    /** Between two looks at several topics, none of which can be waited at. */
    private static final Duration SHORT_WAIT = Duration.ofMillis(10);

    private final Feeds feeds;
    private final GroupCommit groupCommit;
    private volatile List<String> topics = List.of();
    private Feeds.@Nullable PatternReader pattern;
    private volatile boolean paused;
    private int served;
    private List<ConsumerRecord<byte @Nullable [], byte @Nullable []>> lastPoll = List.of();

    FedConsumer(Feeds feeds, GroupCommit groupCommit) {
        super("earliest");
        this.feeds = feeds;
        this.groupCommit = groupCommit;
    }

    @Override
    public void subscribe(Collection<String> topics, ConsumerRebalanceListener listener) {
        readNothing();
        this.topics = List.copyOf(Set.copyOf(topics));
        this.topics.forEach(feeds::reading);
    }

    @Override
    public void subscribe(Pattern pattern, ConsumerRebalanceListener listener) {
        readNothing();
        this.pattern = feeds.reading(pattern);
    }

    private void readNothing() {
        topics.forEach(feeds::notReading);
        topics = List.of();
        if (pattern != null) {
            feeds.notReading(pattern);
            pattern = null;
        }
    }

    @Override
    public void unsubscribe() {
        giveBack();
        readNothing();
    }

    @Override
    public ConsumerRecords<byte @Nullable [], byte @Nullable []> poll(Duration timeout) {
        long end = System.nanoTime() + (timeout.compareTo(LONGEST_POLL) < 0 ? timeout : LONGEST_POLL).toNanos();
        try {
            // Not when they were handed out: another's idle poll would complete the aggregations before they are in one.
            groupCommit.fed(lastPoll.size());
            groupCommit.completeIfDue();
            var records = next(Duration.ZERO);
            while (records.isEmpty() && System.nanoTime() < end) {
                // All that was fed has been through its route: what waits in an aggregation waits for company only.
                records = next(groupCommit.completeOrWait(Duration.ofNanos(end - System.nanoTime())));
            }
            lastPoll = records;
            return records.isEmpty() ? ConsumerRecords.empty() : new ConsumerRecords<>(byPartition(records), Map.of());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        }
    }

    /** Leaves to the topic's next reader what a route that stops was given and did not take in any more. */
    private void giveBack() {
        for (var record : lastPoll) {
            if (record.headers() instanceof DeliveryHeaders headers && headers.delivery().route().isEmpty()
                    && !headers.delivery().isSettled()) {
                feeds.feed(headers.delivery());
            }
        }
        groupCommit.fed(lastPoll.size());
        lastPoll = List.of();
    }

    private List<ConsumerRecord<byte @Nullable [], byte @Nullable []>> next(Duration atMost) throws InterruptedException {
        if (paused) {
            Thread.sleep(atMost);
            return List.of();
        }
        var now = pattern == null ? topics : List.copyOf(feeds.fed(pattern));
        if (pattern == null && now.size() == 1) {
            return feeds.poll(now.getFirst(), atMost);
        }
        // Behind the one that was served last: a busy one keeps no other from its turn.
        for (int i = 1; i <= now.size(); i++) {
            int turn = (served + i) % now.size();
            var records = feeds.poll(now.get(turn), Duration.ZERO);
            if (!records.isEmpty()) {
                served = turn;
                return records;
            }
        }
        Thread.sleep(atMost.compareTo(SHORT_WAIT) < 0 ? atMost : SHORT_WAIT);
        return List.of();
    }

    private static Map<TopicPartition, List<ConsumerRecord<byte @Nullable [], byte @Nullable []>>> byPartition(
            List<ConsumerRecord<byte @Nullable [], byte @Nullable []>> records) {
        var byPartition = new LinkedHashMap<TopicPartition, List<ConsumerRecord<byte @Nullable [], byte @Nullable []>>>();
        for (var record : records) {
            byPartition.computeIfAbsent(new TopicPartition(record.topic(), record.partition()), p -> new ArrayList<>())
                    .add(record);
        }
        return byPartition;
    }

    /** A route that is to stop takes nothing in any more. It has no partitions that could be named. */
    @Override
    public void pause(Collection<TopicPartition> partitions) {
        paused = true;
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        paused = false;
    }

    @Override
    public void wakeup() {
        // No poll lasts long enough to be woken.
    }

    @Override
    public void close() {
        unsubscribe();
        super.close();
    }
}

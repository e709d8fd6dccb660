package io.penstock.source.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What several polls of the client bring, as one: in a small heap a poll brings few records, for each may be large, and handing
 * over few at a time is dear. Belongs to the poll thread.
 */
final class Gathering {

    /** As many as Kafka's own default. */
    static final int MOST_RECORDS = 500;

    private final int perPoll;
    private final long mostBytes;
    private final Map<TopicPartition, List<ConsumerRecord<byte @Nullable [], byte @Nullable []>>> records = new LinkedHashMap<>();
    private final Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
    /** Of partitions that had to share: when each was last handed over. */
    private final Map<TopicPartition, Long> turns = new HashMap<>();
    private long turn;
    private int count;
    private long bytes;

    /**
     * @param perPoll   how many records a poll of the client brings at most
     * @param mostBytes what is enough, in bytes of keys and values
     */
    Gathering(int perPoll, long mostBytes) {
        this.perPoll = perPoll;
        this.mostBytes = mostBytes;
    }

    /** Takes in what a poll brought. True if there may be more at hand, and room for it. */
    boolean add(ConsumerRecords<byte @Nullable [], byte @Nullable []> polled) {
        for (TopicPartition partition : polled.partitions()) {
            var ofPartition = polled.records(partition);
            records.computeIfAbsent(partition, p -> new ArrayList<>()).addAll(ofPartition);
            for (var record : ofPartition) {
                bytes += Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
            }
        }
        next.putAll(polled.nextOffsets());
        count += polled.count();
        return polled.count() == perPoll && count + perPoll <= MOST_RECORDS && bytes < mostBytes;
    }

    /** Drops what partitions had that are no longer this member's. */
    void forget(Collection<TopicPartition> partitions) {
        records.keySet().removeAll(partitions);
        next.keySet().removeAll(partitions);
        turns.keySet().removeAll(partitions);
    }

    int count() {
        return count;
    }

    /**
     * The first of them, of the partitions first whose turn is longest ago; nothing is left afterwards.
     *
     * @param most   how many
     * @param beyond told of the first offset of each partition that is not among them
     */
    ConsumerRecords<byte @Nullable [], byte @Nullable []> take(int most, BiConsumer<TopicPartition, Long> beyond) {
        int room = most;
        var partitions = new ArrayList<>(records.keySet());
        boolean sharing = count > most;
        if (sharing) {
            // The client has them in the same order each time.
            partitions.sort(Comparator.comparing(partition -> turns.getOrDefault(partition, 0L)));
            turn++;
        }
        for (var partition : partitions) {
            var all = records.get(partition);
            if (sharing && room > 0) {
                turns.put(partition, turn);
            }
            if (all.size() > room) {
                long first = all.get(room).offset();
                records.put(partition, all.subList(0, room));
                next.put(partition, new OffsetAndMetadata(first));
                beyond.accept(partition, first);
            }
            room -= Math.min(room, all.size());
        }
        records.values().removeIf(List::isEmpty);
        var taken = new ConsumerRecords<>(new LinkedHashMap<>(records), new HashMap<>(next));
        records.clear();
        next.clear();
        count = 0;
        bytes = 0;
        return taken;
    }
}

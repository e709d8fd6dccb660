package io.penstock.source.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class GatheringTest {

    private static final TopicPartition P0 = new TopicPartition("t", 0);
    private static final TopicPartition P1 = new TopicPartition("t", 1);

    private final Gathering gathering = new Gathering(3, 1_000);
    private final Map<TopicPartition, Long> beyond = new HashMap<>();

    @Test
    void fullPollsAreGatheredInOrderAndTakenOnce() {
        assertThat(gathering.add(polled(P0, 0, 3, 10))).isTrue();
        assertThat(gathering.add(polled(P0, 3, 3, 10))).isTrue();
        assertThat(gathering.add(polled(P1, 7, 2, 10))).as("a poll that brings less has no more").isFalse();

        var taken = take(Integer.MAX_VALUE);
        assertThat(taken.records(P0)).extracting(ConsumerRecord::offset).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
        assertThat(taken.records(P1)).extracting(ConsumerRecord::offset).containsExactly(7L, 8L);
        assertThat(taken.nextOffsets()).isEqualTo(Map.of(P0, new OffsetAndMetadata(6), P1, new OffsetAndMetadata(9)));
        assertThat(take(Integer.MAX_VALUE).isEmpty()).isTrue();
    }

    @Test
    void whatIsTakenAwayMeanwhileIsDroppedAndMayComeAnew() {
        gathering.add(polled(P0, 0, 3, 10));
        gathering.add(polled(P1, 0, 3, 10));
        gathering.forget(Set.of(P0));
        gathering.add(polled(P0, 0, 1, 10));

        var taken = take(Integer.MAX_VALUE);
        assertThat(taken.records(P0)).extracting(ConsumerRecord::offset).containsExactly(0L);
        assertThat(taken.records(P1)).hasSize(3);
        assertThat(taken.nextOffsets()).containsEntry(P0, new OffsetAndMetadata(1));
    }

    @Test
    void partitionsThatHaveToShareTakeTurns() {
        var first = new ArrayList<TopicPartition>();
        for (int poll = 0; poll < 4; poll++) {
            gathering.add(polled(P0, 0, 2, 10));
            gathering.add(polled(P1, 0, 2, 10));
            first.addAll(take(1).partitions());
        }
        assertThat(first).containsExactly(P0, P1, P0, P1);
    }

    @Test
    void itEndsAtItsBounds() {
        assertThat(gathering.add(polled(P0, 0, 3, 400))).as("bytes").isFalse();
        take(Integer.MAX_VALUE);
        int polls = 1;
        while (gathering.add(polled(P0, 3 * polls, 3, 0))) {
            polls++;
        }
        assertThat(take(Integer.MAX_VALUE).count()).as("records").isEqualTo(3 * polls).isBetween(490, Gathering.MOST_RECORDS);
    }

    @Test
    void whatIsBeyondTheMostIsToBeReadAgain() {
        var fourth = new TopicPartition("t", 3);
        gathering.add(polled(P0, 0, 3, 10));
        gathering.add(polled(P1, 7, 3, 10));
        gathering.add(polled(fourth, 1, 1, 10));

        var taken = take(4);
        assertThat(taken.count()).isEqualTo(4);
        assertThat(taken.records(P1)).extracting(ConsumerRecord::offset).containsExactly(7L);
        assertThat(taken.partitions()).containsExactlyInAnyOrder(P0, P1);
        assertThat(beyond).isEqualTo(Map.of(P1, 8L, fourth, 1L));
        assertThat(taken.nextOffsets()).isEqualTo(Map.of(P0, new OffsetAndMetadata(3), P1, new OffsetAndMetadata(8),
                fourth, new OffsetAndMetadata(1)));
        assertThat(take(4).isEmpty()).isTrue();
    }

    private ConsumerRecords<byte[], byte[]> take(int most) {
        return gathering.take(most, beyond::put);
    }

    private static ConsumerRecords<byte[], byte[]> polled(TopicPartition partition, long first, int count, int bytes) {
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        for (long offset = first; offset < first + count; offset++) {
            records.add(new ConsumerRecord<>(partition.topic(), partition.partition(), offset, 0, TimestampType.CREATE_TIME, -1, bytes, null,
                    new byte[bytes], new RecordHeaders(), Optional.empty()));
        }
        return new ConsumerRecords<>(new HashMap<>(Map.of(partition, List.copyOf(records))),
                Map.of(partition, new OffsetAndMetadata(first + count)));
    }
}

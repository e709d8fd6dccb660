package io.penstock.source.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

import io.penstock.delivery.Delivery;
import io.penstock.delivery.Settlement;
import io.penstock.source.kafka.PartitionLedger.Entry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class PartitionLedgerTest {

    private final PartitionLedger ledger = new PartitionLedger(_ -> { });

    private Entry polled(long offset) {
        return polled(offset, Optional.empty());
    }

    private Entry polled(long offset, Optional<Integer> leaderEpoch) {
        return ledger.polled(new ConsumerRecord<>("trade", 0, offset, 0, TimestampType.CREATE_TIME, -1, -1, null, null,
                new RecordHeaders(), leaderEpoch));
    }

    private Optional<Long> toCommit() {
        return ledger.toCommit().map(OffsetAndMetadata::offset);
    }

    @Test
    void nothingPolledIsNothingToCommit() {
        assertThat(ledger.toCommit()).isEmpty();
        assertThat(ledger.isEmpty()).isTrue();
    }

    @Test
    void commitsOnlyUpToTheFirstUnsettledOffset() {
        Entry first = polled(10);
        Entry second = polled(11);
        Entry third = polled(12);

        third.settle();
        assertThat(toCommit()).isEmpty();
        first.settle();
        assertThat(toCommit()).contains(11L);
        second.settle();
        assertThat(toCommit()).contains(13L);
        assertThat(ledger.isEmpty()).isTrue();
    }

    @Test
    void gapsBetweenOffsetsDoNotHoldItUp() {
        polled(5).settle();
        polled(9).settle();
        polled(100).settle();
        assertThat(toCommit()).contains(101L);
    }

    @Test
    void anOffsetIsSentOnceUnlessTheBrokerDidNotTakeItOrItIsToBeSentAgain() {
        polled(1).settle();
        var offset = ledger.toCommit().orElseThrow();
        ledger.sent(offset);
        assertThat(ledger.toCommit()).isEmpty();
        ledger.notCommitted(offset);
        assertThat(ledger.toCommit()).contains(offset);
        ledger.sent(offset);
        ledger.sendAgain();
        assertThat(ledger.toCommit()).contains(offset);
    }

    @Test
    void aRecreatedTopicStartsTheLedgerAnew() {
        Entry old = polled(1000);
        Entry fresh = polled(0);
        old.settle();
        assertThat(toCommit()).isEmpty();
        fresh.settle();
        assertThat(toCommit()).contains(1L);
    }

    @Test
    void whatIsNoRecordIsPassedOnlyWhenAllBeforeItIsSettled() {
        Entry record = polled(7);
        ledger.positioned(new OffsetAndMetadata(12));
        assertThat(toCommit()).isEmpty();
        record.settle();
        assertThat(toCommit()).contains(12L);
        Entry next = polled(12);
        assertThat(toCommit()).contains(12L);
        next.settle();
        assertThat(toCommit()).contains(13L);
    }

    @Test
    void aPartitionWithoutARecordIsCommittedWhereItBegins() {
        ledger.positioned(new OffsetAndMetadata(400));
        assertThat(toCommit()).contains(400L);
    }

    @Test
    void aRecordThatStaysUnsettledKeepsNoneOfThoseSettledBehindIt() {
        Entry stuck = polled(0);
        for (long offset = 1; offset <= 100_000; offset++) {
            polled(offset).settle();
        }
        assertThat(ledger.size()).isEqualTo(1);
        assertThat(toCommit()).isEmpty();
        stuck.settle();
        assertThat(toCommit()).contains(100_001L);
    }

    @Test
    void aRecordThatIsGivenBackAndSettledAfterAllMovesNothing() {
        polled(3).settle();
        Entry unsettled = polled(4);
        Entry givenBack = polled(5);
        assertThat(ledger.giveBack(givenBack)).isTrue();
        givenBack.settle();
        assertThat(toCommit()).contains(4L);
        unsettled.settle();
        assertThat(toCommit()).contains(5L);
    }

    @Test
    void whatIsSettledLeadsToNoOther() {
        // A chain of the dead: once one of them is old, a young collection keeps all that comes after it.
        Entry first = polled(0);
        var second = new WeakReference<>(polled(1));
        first.settle();
        second.get().settle();
        assertThat(ledger.isEmpty()).isTrue();
        await().until(() -> {
            System.gc();
            return second.refersTo(null);
        });
        Reference.reachabilityFence(first);
    }

    @Test
    void theLeaderEpochOfWhatIsCommittedIsCommittedWithIt() {
        Entry first = polled(10, Optional.of(4));
        Entry second = polled(11, Optional.of(5));
        polled(12, Optional.empty());
        assertThat(ledger.toCommit()).isEmpty();
        first.settle();
        assertThat(ledger.toCommit()).contains(new OffsetAndMetadata(11, Optional.of(4), ""));
        second.settle();
        assertThat(ledger.toCommit()).contains(new OffsetAndMetadata(12, Optional.of(5), ""));
    }

    @Test
    void whatComesBehindTheLastRecordIsCommittedWithItsOwnLeaderEpoch() {
        polled(10, Optional.of(4)).settle();
        ledger.positioned(new OffsetAndMetadata(11, Optional.of(6), ""));
        assertThat(ledger.toCommit()).contains(new OffsetAndMetadata(11, Optional.of(4), ""));
        ledger.positioned(new OffsetAndMetadata(12, Optional.of(6), ""));
        assertThat(ledger.toCommit()).contains(new OffsetAndMetadata(12, Optional.of(6), ""));
        assertThat(ledger.giveBack(polled(12, Optional.of(7)))).isTrue();
        assertThat(ledger.toCommit()).contains(new OffsetAndMetadata(12, Optional.of(6), ""));
    }

    @Test
    void whoIsToldBehindTheLedgerFindsItTold() {
        var committable = new ArrayList<Optional<OffsetAndMetadata>>();
        var grown = new AtomicLong();
        var told = new PartitionLedger[1];
        told[0] = new PartitionLedger(new Settlement() {
            @Override
            public void settled(Delivery delivery) {
                committable.add(told[0].toCommit());
            }

            @Override
            public void grew(long bytes) {
                grown.addAndGet(bytes);
            }
        });
        var record = new ConsumerRecord<byte[], byte[]>("trade", 0, 7, null, null);
        var delivery = new Delivery(record, 1, told[0].polled(record));
        delivery.grew(3);
        delivery.release();
        assertThat(grown).hasValue(3);
        assertThat(committable).containsExactly(Optional.of(new OffsetAndMetadata(8)));
    }

    @Test
    void aSettledRecordIsLetGoOfAtOnce() {
        // The poll thread may be long in coming, while the bound lets in others in its place.
        var entry = new Entry[1];
        var record = new WeakReference<>(settled(entry));
        await().until(() -> {
            System.gc();
            return record.refersTo(null);
        });
        assertThat(ledger.giveBack(entry[0])).isTrue();
    }

    private ConsumerRecord<byte[], byte[]> settled(Entry[] entry) {
        var record = new ConsumerRecord<byte[], byte[]>("trade", 0, 7, null, new byte[1]);
        entry[0] = ledger.polled(record);
        new Delivery(record, 1, entry[0]).release();
        return record;
    }
}

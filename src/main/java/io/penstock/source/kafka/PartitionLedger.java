package io.penstock.source.kafka;

import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.penstock.delivery.Delivery;
import io.penstock.delivery.Settlement;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Which polled offsets of one partition are not settled yet, and up to where it may be committed.
 *
 * <p>Belongs to the poll thread; only an entry's {@link Settlement} may be called from elsewhere. It knows what was polled, not
 * which number comes next: offsets have gaps (compaction, transaction markers, aborted records). Memory is proportional to
 * the records that are not settled, however far the others have gone past the first of them.
 */
final class PartitionLedger {

    /**
     * One polled record, told when its delivery is settled. It does not lead to the delivery: what is settled is let go of at once,
     * and not only when the poll thread comes by.
     */
    static final class Entry implements Settlement {
        /** The end of what was polled before it: up to there may be committed while this one is the first unsettled. */
        private final long before;
        private final int epochBefore;
        private final ConcurrentLinkedQueue<Entry> settledOnes;
        private final Settlement then;
        private @Nullable Entry previous;
        private @Nullable Entry next;

        private Entry(long before, int epochBefore, ConcurrentLinkedQueue<Entry> settledOnes, Settlement then) {
            this.before = before;
            this.epochBefore = epochBefore;
            this.settledOnes = settledOnes;
            this.then = then;
        }

        /** Once, by any thread. */
        void settle() {
            settledOnes.add(this);
        }

        @Override
        public void settled(Delivery delivery) {
            settle();
            then.settled(delivery);
        }

        @Override
        public void grew(long bytes) {
            then.grew(bytes);
        }
    }

    /** No offset, and no leader epoch. */
    private static final int NONE = -1;

    private final Settlement then;
    /** Settled since the last look. Another one after a reset, so that old entries don't touch the new ones. */
    private ConcurrentLinkedQueue<Entry> settledOnes = new ConcurrentLinkedQueue<>();
    private @Nullable Entry first;
    private @Nullable Entry last;
    private int size;
    private long end = NONE;
    private int endEpoch = NONE;
    private @Nullable OffsetAndMetadata sent;

    /** @param then told what this ledger's entries are told, behind it */
    PartitionLedger(Settlement then) {
        this.then = then;
    }

    /**
     * Notes a polled record.
     *
     * @return its entry, to be settled when its delivery is
     */
    Entry polled(ConsumerRecord<?, ?> record) {
        if (record.offset() < end) {
            reset();
        }
        var entry = new Entry(end, endEpoch, settledOnes, then);
        entry.previous = last;
        if (last == null) {
            first = entry;
        } else {
            last.next = entry;
        }
        last = entry;
        size++;
        end = record.offset() + 1;
        endEpoch = record.leaderEpoch().orElse(NONE);
        return entry;
    }

    /**
     * Notes the consumer's position: what lies between the last polled record and it is no record to be polled (a transaction's
     * marker, an aborted or compacted record), and may be committed like one that is settled.
     */
    void positioned(OffsetAndMetadata position) {
        if (position.offset() < end) {
            reset();
        }
        if (position.offset() > end) {
            end = position.offset();
            endEpoch = position.leaderEpoch().orElse(NONE);
        }
    }

    /**
     * Forgets a record that nobody took in, as if it had not been polled. To be called for the first such record and all after it.
     *
     * @return false if the record is not known any more
     */
    boolean giveBack(Entry entry) {
        if (entry.settledOnes != settledOnes) {
            return false;
        }
        unlink(entry);
        if (entry.before < end) {
            end = entry.before;
            endEpoch = entry.epochBefore;
        }
        return true;
    }

    /** The topic was recreated or the position was reset: what is in flight belongs to offsets that mean nothing now. */
    private void reset() {
        settledOnes = new ConcurrentLinkedQueue<>();
        first = null;
        last = null;
        size = 0;
        end = NONE;
        endEpoch = NONE;
        sent = null;
    }

    /** Forgets what was settled. */
    private void advance() {
        for (Entry settled = settledOnes.poll(); settled != null; settled = settledOnes.poll()) {
            unlink(settled);
        }
    }

    private void unlink(Entry entry) {
        if (entry.previous == null && entry != first) {
            return; // is out already: given back, and settled after all
        }
        if (entry.previous == null) {
            first = entry.next;
        } else {
            entry.previous.next = entry.next;
        }
        if (entry.next == null) {
            last = entry.previous;
        } else {
            entry.next.previous = entry.previous;
        }
        // An old, dead entry that led on to the later ones would make them, and all that is in flight with them, grow old, too.
        entry.previous = null;
        entry.next = null;
        size--;
    }

    /** The offset to commit, if it has moved since the last one {@link #sent sent}. */
    Optional<OffsetAndMetadata> toCommit() {
        advance();
        long offset = first == null ? end : first.before;
        if (offset == NONE) {
            return Optional.empty();
        }
        int epoch = first == null ? endEpoch : first.epochBefore;
        var committable = new OffsetAndMetadata(offset, epoch == NONE ? Optional.empty() : Optional.of(epoch), "");
        return committable.equals(sent) ? Optional.empty() : Optional.of(committable);
    }

    /** Notes that this offset was sent to the broker. */
    void sent(OffsetAndMetadata offset) {
        sent = offset;
    }

    /** Notes that the broker did not take it, so that it is sent again. */
    void notCommitted(OffsetAndMetadata offset) {
        if (offset.equals(sent)) {
            sent = null;
        }
    }

    /** Has what was sent last sent once more. */
    void sendAgain() {
        sent = null;
    }

    /** True when every polled record is settled. */
    boolean isEmpty() {
        advance();
        return first == null;
    }

    int size() {
        advance();
        return size;
    }
}

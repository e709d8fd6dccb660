package io.penstock.source.kafka;

import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Which polled offsets of one partition are not settled yet, and up to where it may be committed.
 *
 * <p>Belongs to the poll thread; only {@link Entry#settle()} may be called from elsewhere. It knows what was polled, not
 * which number comes next: offsets have gaps (compaction, transaction markers, aborted records). Memory is proportional to
 * the records that are not settled, however far the others have gone past the first of them.
 */
final class PartitionLedger {

    /** One polled record. */
    static final class Entry {
        /** The end of what was polled before it: up to there may be committed while this one is the first unsettled. */
        private final @Nullable OffsetAndMetadata before;
        private final ConcurrentLinkedQueue<Entry> settledOnes;
        private @Nullable Entry previous;
        private @Nullable Entry next;

        private Entry(@Nullable OffsetAndMetadata before, ConcurrentLinkedQueue<Entry> settledOnes) {
            this.before = before;
            this.settledOnes = settledOnes;
        }

        /** Once, by any thread. */
        void settle() {
            settledOnes.add(this);
        }
    }

    /** Settled since the last look. Another one after a reset, so that old entries don't touch the new ones. */
    private ConcurrentLinkedQueue<Entry> settledOnes = new ConcurrentLinkedQueue<>();
    private @Nullable Entry first;
    private @Nullable Entry last;
    private int size;
    private @Nullable OffsetAndMetadata end;
    private @Nullable OffsetAndMetadata sent;

    /**
     * Notes a polled record.
     *
     * @return its entry, to be settled when its delivery is
     */
    Entry polled(ConsumerRecord<?, ?> record) {
        if (end != null && record.offset() < end.offset()) {
            reset();
        }
        var entry = new Entry(end, settledOnes);
        entry.previous = last;
        if (last == null) {
            first = entry;
        } else {
            last.next = entry;
        }
        last = entry;
        size++;
        end = new OffsetAndMetadata(record.offset() + 1, record.leaderEpoch(), "");
        return entry;
    }

    /**
     * Notes the consumer's position: what lies between the last polled record and it is no record to be polled (a transaction's
     * marker, an aborted or compacted record), and may be committed like one that is settled.
     */
    void positioned(OffsetAndMetadata position) {
        if (end != null && position.offset() < end.offset()) {
            reset();
        }
        if (end == null || position.offset() > end.offset()) {
            end = position;
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
        if (end != null && (entry.before == null || entry.before.offset() < end.offset())) {
            end = entry.before;
        }
        return true;
    }

    /** The topic was recreated or the position was reset: what is in flight belongs to offsets that mean nothing now. */
    private void reset() {
        settledOnes = new ConcurrentLinkedQueue<>();
        first = null;
        last = null;
        size = 0;
        end = null;
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
        var committable = first == null ? end : first.before;
        return committable == null || committable.equals(sent) ? Optional.empty() : Optional.of(committable);
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

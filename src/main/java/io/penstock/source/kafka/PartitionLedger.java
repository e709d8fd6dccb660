package io.penstock.source.kafka;

import java.util.ArrayDeque;
import java.util.Optional;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Which polled offsets of one partition are not settled yet, and up to where it may be committed.
 *
 * <p>Belongs to the poll thread; only {@link Entry#settle()} may be called from elsewhere. It knows what was polled, not
 * which number comes next: offsets have gaps (compaction, transaction markers, aborted records). Memory is proportional to
 * the span between the first unsettled record and the last one polled.
 */
final class PartitionLedger {

    /** One polled record. */
    static final class Entry {
        private final long offset;
        private final Optional<Integer> leaderEpoch;
        private volatile boolean settled;

        private Entry(long offset, Optional<Integer> leaderEpoch) {
            this.offset = offset;
            this.leaderEpoch = leaderEpoch;
        }

        /** Any thread. */
        void settle() {
            settled = true;
        }
    }

    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private long lastPolled = -1;
    private @Nullable OffsetAndMetadata committable;
    private @Nullable OffsetAndMetadata sent;

    /**
     * Notes a polled record.
     *
     * @return its entry, to be settled when its delivery is
     */
    Entry polled(ConsumerRecord<?, ?> record) {
        if (record.offset() <= lastPolled) {
            // The topic was recreated or the position was reset: what is in flight belongs to offsets that mean nothing now.
            entries.clear();
            committable = null;
            sent = null;
        }
        lastPolled = record.offset();
        var entry = new Entry(record.offset(), record.leaderEpoch());
        entries.add(entry);
        return entry;
    }

    /**
     * Forgets a record that nobody took in, as if it had not been polled. To be called for the first such record and all after it.
     *
     * @return false if the record is not known any more
     */
    boolean giveBack(Entry entry) {
        lastPolled = Math.min(lastPolled, entry.offset - 1);
        return entries.remove(entry);
    }

    /** Moves past every settled record at the head. */
    private void advance() {
        Entry last = null;
        for (Entry head = entries.peek(); head != null && head.settled; head = entries.peek()) {
            last = entries.poll();
        }
        if (last != null) {
            committable = new OffsetAndMetadata(last.offset + 1, last.leaderEpoch, "");
        }
    }

    /** The offset to commit, if it has moved since the last one {@link #sent sent}. */
    Optional<OffsetAndMetadata> toCommit() {
        advance();
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

    /** True when every polled record is settled. */
    boolean isEmpty() {
        advance();
        return entries.isEmpty();
    }

    int size() {
        return entries.size();
    }
}

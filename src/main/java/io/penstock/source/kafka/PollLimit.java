package io.penstock.source.kafka;

import java.nio.ByteBuffer;

import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Leaves keys and values as they are, and ends a poll that has brought enough. The client itself knows a number of records, the same
 * for all polls, and of bytes only how many travel, compressed. But what a deserializer fails at it keeps for a later poll, if the
 * poll has brought something already. A record without key and value is not seen, so it isn't counted here. Belongs to the poll thread.
 */
final class PollLimit implements Deserializer<byte @Nullable []> {

    private static final SerializationException ENOUGH = new SerializationException("enough for one poll");

    private final long mostBytes;
    private int mostRecords;
    private int records;
    private long bytes;
    private boolean enough;
    private @Nullable Headers latest;

    /** @param mostBytes of keys and values in one poll; a larger record comes alone */
    PollLimit(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** The next poll is to bring so many records at most. */
    void next(int mostRecords) {
        this.mostRecords = mostRecords;
        records = 0;
        bytes = 0;
        enough = false;
        latest = null;
    }

    /** Whether there was more than the poll has brought. */
    boolean isReached() {
        return enough;
    }

    @Override
    public byte @Nullable [] deserialize(String topic, Headers headers, @Nullable ByteBuffer data) {
        if (data == null) {
            return null;
        }
        // A record's key and value come with the same headers.
        boolean isNew = headers != latest;
        int others = isNew ? records : records - 1;
        enough |= others > 0 && (others >= mostRecords || bytes + data.remaining() > mostBytes);
        if (enough) {
            throw ENOUGH;
        }
        latest = headers;
        records = others + 1;
        bytes += data.remaining();
        var copy = new byte[data.remaining()];
        data.get(data.position(), copy);
        return copy;
    }

    @Override
    public byte @Nullable [] deserialize(String topic, byte @Nullable [] data) {
        return data;
    }
}

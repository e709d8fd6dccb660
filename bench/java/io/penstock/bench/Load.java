package io.penstock.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.penstock.stack.KafkaBroker;
import io.penstock.stack.Trade;
import io.penstock.stack.TradeRecords;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The load generator: the first {@code records} of {@code trades}, and what must come of each, in eight bytes a record. One thread.
 */
final class Load {

    /** Of a record that becomes no document; no document has it. */
    private static final long FILTERED = 0;
    private static final long BROKEN = 1;

    private static final ObjectMapper SORTED = new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    private final TradeRecords trades;
    private final long[] expected;
    private final MessageDigest digest = sha256();

    /** @param largestBytes as in {@link TradeRecords} */
    Load(long seed, double brokenShare, int largestBytes, int records) {
        this.trades = new TradeRecords(seed, 0.10, brokenShare, largestBytes);
        this.expected = new long[records];
    }

    /** Works out what must come of each, which takes a while. */
    Load prepared() {
        for (int number = 0; number < expected.length; number++) {
            note(number);
        }
        return this;
    }

    private void note(int number) {
        expected[number] = switch (trades.trade(number).outcome()) {
            case Trade.Filtered _ -> FILTERED;
            case Trade.DeadLettered _ -> BROKEN;
            case Trade.Stored(var document) -> fingerprint(document);
        };
    }

    /**
     * Produces the records from {@code first} up to, not including, {@code end}, and returns when the broker has acknowledged them.
     *
     * @param perSecond records a second; 0 for as fast as it goes
     * @throws IllegalStateException when one was not acknowledged
     */
    void produce(KafkaBroker kafka, String topic, int first, int end, int perSecond) {
        var failure = new AtomicReference<@Nullable Exception>();
        Map<String, Object> config = Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers(),
                ProducerConfig.ACKS_CONFIG, "all", ProducerConfig.LINGER_MS_CONFIG, 5, ProducerConfig.BATCH_SIZE_CONFIG, 1 << 16);
        long start = System.nanoTime();
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int number = first; number < end && failure.get() == null; number++) {
                if (perSecond > 0) {
                    long due = start + (number - first) * Duration.ofSeconds(1).toNanos() / perSecond;
                    for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                        LockSupport.parkNanos(wait);
                    }
                }
                producer.send(trades.record(topic, number), (_, exception) -> {
                    if (exception != null) {
                        failure.set(exception);
                    }
                });
            }
        }
        if (failure.get() != null) {
            throw new IllegalStateException("Not every record for " + topic + " was acknowledged", failure.get());
        }
    }

    int records() {
        return expected.length;
    }

    /** How many of them become documents. */
    int documents() {
        return documents(records());
    }

    /** How many of the first {@code records} become documents. */
    int documents(int records) {
        return (int) LongStream.of(expected).limit(records).filter(print -> print != FILTERED && print != BROKEN).count();
    }

    int deadLetters() {
        return (int) LongStream.of(expected).filter(print -> print == BROKEN).count();
    }

    boolean isBroken(int number) {
        return number >= 0 && number < expected.length && expected[number] == BROKEN;
    }

    /** Whether the record with this number is to become exactly this document, the order of its fields aside. */
    boolean isExpected(int number, Map<String, Object> document) {
        return number >= 0 && number < expected.length && expected[number] == fingerprint(document);
    }

    TradeRecords trades() {
        return trades;
    }

    private long fingerprint(Map<String, Object> document) {
        try {
            var canonical = SORTED.writeValueAsString(document).getBytes(StandardCharsets.UTF_8);
            long print = ByteBuffer.wrap(digest.digest(canonical)).getLong();
            return print == FILTERED || print == BROKEN ? ~print : print;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

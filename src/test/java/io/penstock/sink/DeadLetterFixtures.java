package io.penstock.sink;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import io.penstock.delivery.Delivery;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** Records, their deliveries and settings for the tests of dead letters. */
final class DeadLetterFixtures {

    static final DeadLetterReason REASON = new DeadLetterReason("convert1", "field timestamp: a number was expected",
            "io.penstock.convert.ConversionException", 1);

    private DeadLetterFixtures() {
    }

    record Config(String uri, Duration initial, Duration max) implements DeadLettersConfig, DeadLettersConfig.Retry {

        static Config to(String uri) {
            return new Config(uri, Duration.ofMillis(5), Duration.ofMillis(50));
        }

        @Override
        public Retry retry() {
            return this;
        }
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static ConsumerRecord<byte @Nullable [], byte @Nullable []> record(String topic, long offset, byte @Nullable [] key,
            byte @Nullable [] value, Headers headers) {
        return new ConsumerRecord<>(topic, 0, offset, 1595944295000L, TimestampType.CREATE_TIME, -1, -1, key, value, headers,
                Optional.empty());
    }

    static ConsumerRecord<byte @Nullable [], byte @Nullable []> record(String topic, long offset) {
        return record(topic, offset, utf8("k" + offset), utf8("{\"n\":" + offset + "}"), new RecordHeaders());
    }

    static Delivery delivery(ConsumerRecord<byte @Nullable [], byte @Nullable []> record, AtomicInteger settled) {
        var delivery = new Delivery(record, Delivery.documentId(record.topic(), record.partition(), record.offset()), 100,
                d -> settled.incrementAndGet());
        delivery.route("trade-errors");
        return delivery;
    }
}

package io.penstock.source.http;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

import io.penstock.delivery.Delivery;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * A record of a request.
 *
 * @param documentId the same whenever the record is sent again
 */
record Arrival(ConsumerRecord<byte @Nullable [], byte @Nullable []> record, String documentId) {

    /** A record that lies in Kafka: its document's id is the one pull mode gives it. */
    static Arrival ofKafka(String topic, int partition, long offset, long timestamp, byte @Nullable [] key,
            byte @Nullable [] value, Headers headers) {
        return new Arrival(record(topic, partition, offset, timestamp, key, value, headers),
                Delivery.documentId(topic, partition, offset));
    }

    static ConsumerRecord<byte @Nullable [], byte @Nullable []> record(String topic, int partition, long offset, long timestamp,
            byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        var type = timestamp < 0 ? TimestampType.NO_TIMESTAMP_TYPE : TimestampType.CREATE_TIME;
        return new ConsumerRecord<>(topic, partition, offset, timestamp, type, size(key), size(value), key, value, headers,
                Optional.empty());
    }

    private static int size(byte @Nullable [] bytes) {
        return bytes == null ? -1 : bytes.length;
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

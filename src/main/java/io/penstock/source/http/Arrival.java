package io.penstock.source.http;

import java.nio.charset.StandardCharsets;

import io.penstock.delivery.Delivery;
import io.penstock.source.fed.Feeds;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
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
        return new Arrival(Feeds.record(topic, partition, offset, timestamp, key, value, headers),
                Delivery.documentId(topic, partition, offset));
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

package io.penstock.source;

import io.penstock.delivery.Delivery;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A record's headers, with its delivery in tow: camel-kafka hands the headers object of a polled record to the exchange as
 * it is ({@code kafka.HEADERS}), so this is how the delivery finds its way into the route without a look-up.
 */
public final class DeliveryHeaders extends RecordHeaders {

    private final transient Delivery delivery;

    private DeliveryHeaders(Headers headers, Delivery delivery) {
        super(headers);
        this.delivery = delivery;
    }

    /** The record, with its delivery in tow. */
    public static ConsumerRecord<byte @Nullable [], byte @Nullable []> on(ConsumerRecord<byte @Nullable [], byte @Nullable []> record,
            Delivery delivery) {
        return new ConsumerRecord<>(record.topic(), record.partition(), record.offset(), record.timestamp(),
                record.timestampType(), record.serializedKeySize(), record.serializedValueSize(), record.key(), record.value(),
                new DeliveryHeaders(record.headers(), delivery), record.leaderEpoch(), record.deliveryCount());
    }

    public Delivery delivery() {
        return delivery;
    }
}

package io.penstock.source;

import io.penstock.delivery.Delivery;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A record's headers, with its delivery in tow: camel-kafka hands the headers object of a polled record to the exchange as
 * it is ({@code kafka.HEADERS}), so this is how the delivery finds its way into the route without a look-up.
 */
public final class DeliveryHeaders extends RecordHeaders {

    private final transient Delivery delivery;

    public DeliveryHeaders(Headers headers, Delivery delivery) {
        super(headers);
        this.delivery = delivery;
    }

    public Delivery delivery() {
        return delivery;
    }
}

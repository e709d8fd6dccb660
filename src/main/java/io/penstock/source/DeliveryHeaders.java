package io.penstock.source;

import java.util.Iterator;
import java.util.Spliterator;
import java.util.Spliterators;

import io.penstock.delivery.Delivery;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A record's headers, with its delivery in tow: camel-kafka hands the headers object of a polled record to the exchange as
 * it is ({@code kafka.HEADERS}), so this is how the delivery finds its way into the route without a look-up.
 *
 * <p>What a route adds or removes is seen here only: the record keeps the headers it arrived with, for its dead letter. May be
 * read from any thread.
 */
public final class DeliveryHeaders implements Headers {

    private final Headers arrived;
    private final Delivery delivery;
    /** A copy, made for the first who could change it: hardly any route does. A race between readers only costs a second one. */
    private @Nullable Headers changed;

    private DeliveryHeaders(Headers arrived, Delivery delivery) {
        this.arrived = arrived;
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

    private Headers current() {
        var own = changed;
        return own == null ? arrived : own;
    }

    private Headers own() {
        var own = changed;
        if (own == null) {
            own = new RecordHeaders(arrived);
            changed = own;
        }
        return own;
    }

    @Override
    public Headers add(Header header) {
        own().add(header);
        return this;
    }

    @Override
    public Headers add(String key, byte @Nullable [] value) {
        own().add(key, value);
        return this;
    }

    @Override
    public Headers remove(String key) {
        own().remove(key);
        return this;
    }

    @Override
    public @Nullable Header lastHeader(String key) {
        return current().lastHeader(key);
    }

    @Override
    public Iterable<Header> headers(String key) {
        return current().headers(key);
    }

    @Override
    public Header[] toArray() {
        return current().toArray();
    }

    /** It can remove. */
    @Override
    public Iterator<Header> iterator() {
        return own().iterator();
    }

    /** Knows its size, unlike the one that is made of an iterator: camel-kafka looks at each record's headers through it. */
    @Override
    public Spliterator<Header> spliterator() {
        return Spliterators.spliterator(toArray(), Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.IMMUTABLE);
    }

    @Override
    public String toString() {
        return current().toString();
    }
}

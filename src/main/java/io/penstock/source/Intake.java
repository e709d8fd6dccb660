package io.penstock.source;

import java.util.Collection;

import io.penstock.delivery.Delivery;
import io.penstock.delivery.DeliveryMetrics;
import io.penstock.delivery.InFlight;
import io.penstock.delivery.Settlement;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Makes the delivery of a record that enters, whatever source it comes from: counted as in flight from when it enters until it
 * is settled. As a {@link Settlement} it counts a record out. May be called from any thread.
 */
public final class Intake implements Settlement {

    private final InFlight inFlight;
    private final DeliveryMetrics metrics;

    public Intake(InFlight inFlight, DeliveryMetrics metrics) {
        this.inFlight = inFlight;
        this.metrics = metrics;
    }

    /**
     * The delivery of a record that enters and is stored under an id of its own.
     *
     * @param settlement told before the record leaves the in-flight bound, so that who waits for nothing to be in flight finds
     *                   it told
     */
    public Delivery delivery(ConsumerRecord<byte @Nullable [], byte @Nullable []> record, String documentId,
            Settlement settlement) {
        long bytes = bytes(record);
        inFlight.entered(bytes);
        return new Delivery(record, documentId, bytes, new Leaving(settlement));
    }

    /**
     * The delivery of a record that is stored under its topic, partition and offset. It is one of many, which {@link #entered enter}
     * together before anybody gets one of them.
     *
     * @param settlement passes on to this what it is told, when it has been told itself
     */
    public Delivery oneOfMany(ConsumerRecord<byte @Nullable [], byte @Nullable []> record, Settlement settlement) {
        return new Delivery(record, bytes(record), settlement);
    }

    /** These enter. */
    public void entered(Collection<Delivery> deliveries) {
        long bytes = 0;
        for (var delivery : deliveries) {
            bytes += delivery.bytes();
        }
        inFlight.entered(deliveries.size(), bytes);
    }

    @Override
    public void settled(Delivery delivery) {
        inFlight.left(delivery.bytes());
        metrics.settled(delivery);
    }

    @Override
    public void grew(long bytes) {
        inFlight.grew(bytes);
    }

    private final class Leaving implements Settlement {

        private final Settlement source;

        private Leaving(Settlement source) {
            this.source = source;
        }

        @Override
        public void settled(Delivery delivery) {
            source.settled(delivery);
            Intake.this.settled(delivery);
        }

        @Override
        public void grew(long bytes) {
            Intake.this.grew(bytes);
        }
    }

    private static long bytes(ConsumerRecord<?, ?> record) {
        long bytes = Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
        for (Header header : record.headers()) {
            bytes += header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        return bytes;
    }
}

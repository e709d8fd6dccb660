package io.penstock.sink;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.penstock.delivery.Delivery;

/** A dead letter endpoint that acknowledges at once. */
final class KeptDeadLetters implements DeadLetters {

    final Map<Delivery, DeadLetterReason> kept = new ConcurrentHashMap<>();

    @Override
    public void send(Delivery delivery, DeadLetterReason reason) {
        if (delivery.claimDeadLetter()) {
            delivery.hold();
            kept.put(delivery, reason);
            delivery.release();
        }
    }
}

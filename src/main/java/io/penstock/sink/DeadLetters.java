package io.penstock.sink;

import io.penstock.delivery.Delivery;

/** Keeps records that can never be stored. */
@FunctionalInterface
public interface DeadLetters {

    /**
     * Takes the record over: holds the delivery from before this method returns until the dead letter endpoint has
     * acknowledged the record, retrying without limit. A record is kept once, whoever asks first. May be called from any
     * thread, never blocks and never throws; the caller keeps, and later releases, its own hold.
     */
    void send(Delivery delivery, DeadLetterReason reason);
}

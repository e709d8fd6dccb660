package io.penstock.sink;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

import io.penstock.delivery.Delivery;

/**
 * A record that can never be stored, and why.
 *
 * @param delivery the record's delivery, held until the dead letter is acknowledged
 * @param reason   why it can never be stored
 */
record DeadLetter(Delivery delivery, DeadLetterReason reason) {

    private static final int LONGEST_NAME = 200;

    /** The same dead letter with the reason's message cut to {@code length} characters. */
    DeadLetter withMessageCutTo(int length) {
        return new DeadLetter(delivery, new DeadLetterReason(reason.step(), DeadLetterReasons.cut(reason.message(), length),
                reason.exception(), reason.attempts()));
    }

    /**
     * A name that is the same whenever the record is delivered again, {@code topic-partition-offset} for a Kafka record. It
     * may come from outside (the id of an event), so it is made safe as a file name.
     */
    String name() {
        String name = URLEncoder.encode(delivery.documentId(), StandardCharsets.UTF_8);
        return name.length() <= LONGEST_NAME ? name
                : name.substring(0, LONGEST_NAME - 37) + '-'
                        + UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }
}

package io.penstock.sink;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

import io.penstock.delivery.Delivery;

/**
 * A record that can never be stored, and why.
 *
 * @param delivery the record's delivery, held until the dead letter is acknowledged
 * @param reason   why it can never be stored
 * @param again    whether the record was a dead letter before, so that its own headers say where it came from
 * @param detail   how much is said of that, where only so much fits
 */
record DeadLetter(Delivery delivery, DeadLetterReason reason, boolean again, Detail detail) {

    /** What a dead letter says beside the record itself; each says less than the one before. */
    enum Detail {
        ALL,
        /** The reason's message is cut. */
        SHORT,
        /** Only where the record came from. */
        ORIGIN,
        /** Nothing: the record as it came, which fits wherever it came from. */
        NONE,
        /** Nothing, and not compressed: what can't be compressed grows by it. */
        RAW
    }

    private static final int SHORT_MESSAGE = 200;

    private static final int LONGEST_NAME = 200;

    DeadLetter(Delivery delivery, DeadLetterReason reason, boolean again) {
        this(delivery, reason, again, Detail.ALL);
    }

    /** The same dead letter with the next smaller detail; empty when there is none. */
    Optional<DeadLetter> smaller() {
        return switch (detail) {
            case ALL -> Optional.of(new DeadLetter(delivery, new DeadLetterReason(reason.step(),
                    DeadLetterReasons.cut(reason.message(), SHORT_MESSAGE), reason.exception(), reason.attempts()), again, Detail.SHORT));
            case SHORT -> Optional.of(new DeadLetter(delivery, reason, again, Detail.ORIGIN));
            case ORIGIN -> Optional.of(new DeadLetter(delivery, reason, again, Detail.NONE));
            case NONE -> Optional.of(new DeadLetter(delivery, reason, again, Detail.RAW));
            case RAW -> Optional.empty();
        };
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

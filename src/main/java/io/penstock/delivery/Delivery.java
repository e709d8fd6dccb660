package io.penstock.delivery;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

import org.apache.camel.ExchangePropertyKey;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What the source promised for one record: not to let go of it until it is <em>settled</em>, that is filtered out, stored
 * with every document made from it, or kept as a dead letter.
 *
 * <p>A delivery counts its holders. It is born with one, the record's exchange; whoever takes the record further (an open
 * aggregation, a bulk, a dead letter under way) takes a {@link #hold() hold} before the previous holder lets go. The last
 * {@link #release() release} settles it, for good.
 *
 * <p>All methods may be called from any thread.
 */
public final class Delivery {

    /**
     * The exchange property under which a delivery travels through a route. It is a tracing component's, which Penstock has not: an
     * exchange has a place for each property of Camel's own, and for any other needs a map, which would be made for every record.
     */
    public static final ExchangePropertyKey PROPERTY = ExchangePropertyKey.OTEL_ACTIVE_SPAN;

    /** How a settled record ended. */
    public enum Outcome {
        /** No document and no dead letter came of it. */
        FILTERED,
        /** At least one document was stored, and nothing failed. */
        STORED,
        /** It is kept as a dead letter (documents made from it before may be stored as well). */
        DEAD_LETTERED
    }

    private static final int STORED = 1;
    private static final int DEAD_LETTER_CLAIMED = 2;
    private static final VarHandle HOLDERS;
    private static final VarHandle MARKS;
    private static final VarHandle BYTES;
    private static final VarHandle ROUTE;

    static {
        try {
            var lookup = MethodHandles.lookup();
            HOLDERS = lookup.findVarHandle(Delivery.class, "holders", int.class);
            MARKS = lookup.findVarHandle(Delivery.class, "marks", int.class);
            BYTES = lookup.findVarHandle(Delivery.class, "bytes", long.class);
            ROUTE = lookup.findVarHandle(Delivery.class, "route", String.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final ConsumerRecord<byte @Nullable [], byte @Nullable []> record;
    private final Settlement settlement;
    /** Made when it is first asked for: a filtered record needs none. A race only costs a second one. */
    private @Nullable String documentId;
    // Not volatile: making a delivery would wait for memory three times, when nobody else knows it yet. Once it is made, these
    // are read and written through their handles only.
    private long bytes;
    private int marks;
    private int holders = 1;
    private String route = "";

    /**
     * A Kafka record's, whose document is stored under its topic, partition and offset.
     *
     * @param record     the record as it arrived
     * @param bytes      what the record counts for in the in-flight bound
     * @param settlement told when this delivery is settled
     */
    public Delivery(ConsumerRecord<byte @Nullable [], byte @Nullable []> record, long bytes, Settlement settlement) {
        this.record = record;
        this.bytes = bytes;
        this.settlement = settlement;
    }

    /**
     * @param record     the record as it arrived
     * @param documentId the id under which its document is stored: the same whenever the record is delivered again
     * @param bytes      what the record counts for in the in-flight bound
     * @param settlement told when this delivery is settled
     */
    public Delivery(ConsumerRecord<byte @Nullable [], byte @Nullable []> record, String documentId, long bytes,
            Settlement settlement) {
        this(record, bytes, settlement);
        this.documentId = documentId;
    }

    /** The id {@code topic-partition-offset} of a Kafka record. */
    public static String documentId(String topic, int partition, long offset) {
        return topic + '-' + partition + '-' + offset;
    }

    /**
     * Takes one more hold.
     *
     * @throws IllegalStateException if the delivery is already settled: the caller was too late and its work would not be
     *                               waited for
     */
    public void hold() {
        int n;
        do {
            n = (int) HOLDERS.getVolatile(this);
            if (n <= 0) {
                throw new IllegalStateException("delivery of " + coordinates() + " is already settled");
            }
        } while (!HOLDERS.compareAndSet(this, n, n + 1));
    }

    /** Lets go of one hold; the last one settles the delivery. */
    public void release() {
        int left = (int) HOLDERS.getAndAdd(this, -1) - 1;
        if (left == 0) {
            settlement.settled(this);
        } else if (left < 0) {
            throw new IllegalStateException("delivery of " + coordinates() + " was released more often than held");
        }
    }

    public boolean isSettled() {
        return (int) HOLDERS.getVolatile(this) <= 0;
    }

    /** Notes that a document made from the record was stored. */
    public void stored() {
        MARKS.getAndBitwiseOr(this, STORED);
    }

    /**
     * Claims the right to make the record's dead letter: a record that fails in several places is kept once.
     *
     * @return true for the first caller only
     */
    public boolean claimDeadLetter() {
        return ((int) MARKS.getAndBitwiseOr(this, DEAD_LETTER_CLAIMED) & DEAD_LETTER_CLAIMED) == 0;
    }

    /** How the record ended; meaningful once it {@link #isSettled() is settled}. */
    public Outcome outcome() {
        int m = (int) MARKS.getVolatile(this);
        return (m & DEAD_LETTER_CLAIMED) != 0 ? Outcome.DEAD_LETTERED
                : (m & STORED) != 0 ? Outcome.STORED : Outcome.FILTERED;
    }

    /** The id of the route that took the record in; empty until one has. */
    public String route() {
        return (String) ROUTE.getAcquire(this);
    }

    public void route(String routeId) {
        ROUTE.setRelease(this, routeId);
    }

    /** The record exactly as it arrived. */
    public ConsumerRecord<byte @Nullable [], byte @Nullable []> record() {
        return record;
    }

    public String documentId() {
        var id = documentId;
        if (id == null) {
            id = documentId(record.topic(), record.partition(), record.offset());
            documentId = id;
        }
        return id;
    }

    /** What the record counts for in the in-flight bound. */
    public long bytes() {
        return (long) BYTES.getVolatile(this);
    }

    /**
     * Notes that what was made of the record takes so many bytes beside it, until it is settled.
     *
     * @throws IllegalStateException if the delivery is already settled
     */
    public void grew(long more) {
        hold();
        BYTES.getAndAdd(this, more);
        settlement.grew(more);
        release();
    }

    /** {@code topic-partition@offset}, for log lines. */
    public String coordinates() {
        return record.topic() + '-' + record.partition() + '@' + record.offset();
    }

    @Override
    public String toString() {
        return "Delivery[" + coordinates() + ']';
    }
}

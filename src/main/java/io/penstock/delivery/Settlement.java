package io.penstock.delivery;

/** The source's side of a delivery: told once, when nothing of the record can be lost any more. */
@FunctionalInterface
public interface Settlement {

    /**
     * Called exactly once for each delivery, on the thread of whoever released it last: the poll thread, a thread of the
     * Elasticsearch client, a dead letter's. Must not block and must not throw.
     */
    void settled(Delivery delivery);

    /**
     * Called, from any thread and before {@link #settled}, when a record turns out to take more memory than it arrived with.
     *
     * @param bytes how much more
     */
    default void grew(long bytes) {
    }
}

package io.penstock.sink;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** What keeps the dead letters of one topic. Used by one thread at a time. */
interface DeadLetterEndpoint {

    /**
     * Sends a dead letter; may block. The answer completes when the dead letter is acknowledged, or exceptionally when it is
     * not, on any thread.
     *
     * @throws Exception whatever kept the dead letter from being sent
     */
    CompletableFuture<?> send(DeadLetter letter) throws Exception;

    /** True for a failure that concerns this dead letter alone: it, and not the endpoint, is the trouble. */
    default boolean isTooLarge(Throwable failure) {
        return false;
    }

    /** Gives up what is open; dead letters under way get at most the given time. */
    void close(Duration timeout);

    /** For the operator: what to look at after this failure, without a word of the record. */
    String advice(Throwable failure);
}

package io.penstock.stack;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The next message of a kind on its way through a proxy, kept back there from its arrival until it is released: so long the
 * moment lasts. May be used from any thread.
 */
public final class Held implements AutoCloseable {

    private final AtomicBoolean taken = new AtomicBoolean();
    private final CountDownLatch caught = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    /** Nothing, released already. */
    public static Held nothing() {
        var nothing = new Held();
        nothing.close();
        return nothing;
    }

    /** Whether there is one by now; waits for it within the limit. */
    public boolean await(Duration limit) {
        try {
            return caught.await(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Keeps the caller, which has the message in hand, until the release; only the first one is kept. */
    void keep() {
        if (taken.compareAndSet(false, true)) {
            caught.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Releases it: it goes its way, if there still is one. Nothing is caught any more. */
    @Override
    public void close() {
        taken.set(true);
        released.countDown();
    }
}

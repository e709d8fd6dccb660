package io.penstock.sink;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.penstock.sink.DeadLetter.Detail;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The way of dead letters to one endpoint: a queue and a thread of its own, so that an endpoint that blocks or is down holds
 * up nobody else. While the endpoint is down it gets one dead letter at a time, with growing pauses. The queue has no bound
 * of its own: every dead letter holds its delivery, and deliveries are bounded by what may be in flight.
 */
final class DeadLetterLane {

    private static final Logger LOG = Logger.getLogger(DeadLetters.class);
    private static final int PROBES_BEFORE_REOPENING = 10;
    private static final long PROBE_SECONDS = 30;
    private static final Duration LAST_CHANCE = Duration.ofSeconds(2);

    private final Callable<DeadLetterEndpoint> opening;
    private final Backoff backoff;
    private final Consumer<DeadLetter> kept;
    private final DeadLetterOutage outage;
    private final DelayQueue<Waiting> queue = new DelayQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Thread thread;
    private volatile @Nullable DeadLetterEndpoint endpoint;
    private volatile boolean closed;

    /**
     * @param name    the endpoint's URI without its secrets
     * @param opening makes the endpoint; called on the lane's thread, again after a failure
     * @param kept    told of each dead letter once it is acknowledged, on any thread
     */
    DeadLetterLane(String name, Callable<DeadLetterEndpoint> opening, Backoff backoff, Consumer<DeadLetter> kept) {
        this.opening = opening;
        this.backoff = backoff;
        this.kept = kept;
        outage = new DeadLetterOutage(name);
        thread = Thread.ofPlatform().daemon().name("dead-letters " + name).start(this::run);
    }

    /** Never blocks. */
    void add(DeadLetter letter) {
        waiting.incrementAndGet();
        queue.add(new Waiting(letter));
    }

    /** Logs what has to be said regularly. */
    void remind() {
        outage.remind(waiting.get());
    }

    Optional<String> problem() {
        return outage.problem(waiting.get());
    }

    /** Stops; what is not acknowledged by then stays unsettled. */
    void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(LAST_CHANCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        closeEndpoint(LAST_CHANCE);
    }

    private void run() {
        int probes = 0;
        while (!closed) {
            try {
                Waiting next = queue.take();
                if (!outage.isOn()) {
                    probes = 0;
                    send(next);
                } else {
                    TimeUnit.NANOSECONDS.sleep(backoff.nanos(++probes));
                    if (probes % PROBES_BEFORE_REOPENING == 0) {
                        closeEndpoint(Duration.ZERO);
                    }
                    send(next).get(PROBE_SECONDS, TimeUnit.SECONDS);
                }
            } catch (ExecutionException | TimeoutException seenInSend) {
                // the dead letter is back in the queue, or will be
            } catch (InterruptedException e) {
                // only close() interrupts
            }
        }
    }

    private CompletableFuture<?> send(Waiting next) {
        CompletableFuture<?> answer;
        try {
            answer = open().send(next.letter);
        } catch (Throwable failure) {
            // nothing may end this thread: the dead letters behind this one would wait forever
            answer = CompletableFuture.failedFuture(failure);
        }
        return answer.whenComplete((none, failure) -> {
            if (failure == null) {
                kept(next);
            } else if (!closed) {
                failed(next, failure instanceof CompletionException e && e.getCause() != null ? e.getCause() : failure);
            }
        });
    }

    private void kept(Waiting sent) {
        int left = waiting.decrementAndGet();
        if (sent.tooLarge) {
            outage.tooLargeKept();
        }
        if (sent.letter.detail().compareTo(Detail.SHORT) > 0) {
            LOG.warnf("The dead letter of %s was too large to say why it is one: it failed in step %s with %s. It is kept with %s.",
                    sent.letter.delivery().coordinates(), sent.letter.reason().step(), sent.letter.reason().exception(),
                    sent.letter.detail() == Detail.ORIGIN ? "its origin alone" : "no header but its own");
        }
        outage.succeeded(left);
        try {
            kept.accept(sent.letter);
        } catch (RuntimeException e) {
            LOG.errorf(e, "Settling the dead letter of %s failed", sent.letter.delivery().coordinates());
        }
    }

    private void failed(Waiting sent, Throwable failure) {
        DeadLetterEndpoint open = endpoint;
        String advice = open == null ? "look at penstock.dead-letters.uri" : open.advice(failure);
        if (open == null || !open.isTooLarge(failure)) {
            outage.failed(failure, advice, waiting.get());
        } else {
            // Who finds a letter too large is there, and it may be the only one left. (If it was the client's own limit, and the
            // broker is still away, the next letter says so again.)
            outage.succeeded(waiting.get());
            var smaller = sent.letter.smaller();
            if (smaller.isPresent()) {
                sent.letter = smaller.get();
                queue.add(sent);
                return;
            }
            if (!sent.tooLarge) {
                sent.tooLarge = true;
                outage.tooLarge(failure, advice, sent.letter.delivery().coordinates());
            }
            // Once the topic takes larger ones, it shall get all there is to say
            sent.letter = sent.whole;
        }
        sent.due = System.nanoTime() + backoff.nanos(++sent.tries);
        queue.add(sent);
    }

    private DeadLetterEndpoint open() throws Exception {
        DeadLetterEndpoint open = endpoint;
        if (open == null) {
            open = opening.call();
            endpoint = open;
        }
        return open;
    }

    private void closeEndpoint(Duration timeout) {
        DeadLetterEndpoint open = endpoint;
        endpoint = null;
        if (open != null) {
            try {
                open.close(timeout);
            } catch (RuntimeException e) {
                LOG.debug("Closing a dead letter endpoint failed", e);
            }
        }
    }

    /** A dead letter in the queue; handed from thread to thread through the queue and the endpoint's answer. */
    private static final class Waiting implements Delayed {

        private final DeadLetter whole;
        private DeadLetter letter;
        private long due = System.nanoTime();
        private int tries;
        private boolean tooLarge;

        Waiting(DeadLetter letter) {
            this.whole = letter;
            this.letter = letter;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(due - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.signum(due - ((Waiting) other).due);
        }
    }
}

package io.penstock.sink;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

import io.penstock.delivery.Printable;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What the last bulks have shown of Elasticsearch, for readiness and for the log: a line when it goes down, one at most
 * every 30 seconds while it is down or comes and goes, a line when it is back; never one for each item. Thread-safe; nothing here throws or
 * waits.
 */
public final class ElasticsearchState {

    private static final Logger LOG = Logger.getLogger(ElasticsearchState.class);
    private static final long SUMMARY_NANOS = 30_000_000_000L;
    private static final String WHOLE = "";

    private final ReentrantLock lock = new ReentrantLock();
    private final ConcurrentMap<String, Down> refusing = new ConcurrentHashMap<>();
    /** When each index, or {@link #WHOLE}, was last logged as down. Guarded by the lock. */
    private final Map<String, Long> lastLog = new HashMap<>();
    private final AtomicLong pushedBack = new AtomicLong();
    private final AtomicLong pushedBackLogged = new AtomicLong(System.nanoTime() - SUMMARY_NANOS);
    private volatile @Nullable Down down;

    private static final class Down {
        private final Instant since = Instant.now();
        private volatile Problem problem;
        private volatile boolean logged;

        Down(Problem problem) {
            this.problem = problem;
        }
    }

    /** Why documents wait, in one line with the setting to look at; empty if they don't have to. */
    public Optional<String> problem() {
        var whole = down;
        if (whole != null) {
            return Optional.of("Elasticsearch takes no bulks since " + whole.since + ": " + whole.problem);
        }
        return refusing.entrySet().stream().findFirst().map(e -> "Elasticsearch refuses documents for index " + e.getKey()
                + " since " + e.getValue().since + ": " + e.getValue().problem);
    }

    /** A bulk could not be done at all. */
    void down(Problem problem, LongSupplier waiting) {
        lock.lock();
        try {
            var known = down == null ? new Down(problem) : down;
            down = known;
            known.problem = problem;
            if (due(known, WHOLE)) {
                LOG.errorf("Elasticsearch takes no bulks since %s: %s. %d documents wait and are sent again until it does.",
                        known.since, problem, waiting.getAsLong());
            }
        } finally {
            lock.unlock();
        }
    }

    /** A bulk was answered. */
    void up(LongSupplier waiting) {
        if (down == null) {
            return;
        }
        lock.lock();
        try {
            var known = down;
            if (known != null) {
                down = null;
                if (known.logged) {
                    LOG.infof("Elasticsearch is back after being away since %s; %d documents waited.", known.since,
                            waiting.getAsLong());
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Documents for an index were refused for want of rights or because of a block. */
    void refused(String index, Problem problem) {
        lock.lock();
        try {
            var known = refusing.computeIfAbsent(index, i -> new Down(problem));
            known.problem = problem;
            if (due(known, index)) {
                LOG.errorf("Elasticsearch refuses documents for index %s since %s: %s. They wait and are sent again.",
                        Printable.of(index), known.since, problem);
            }
        } finally {
            lock.unlock();
        }
    }

    boolean isRefusing() {
        return !refusing.isEmpty();
    }

    /** What was sent for an index was not refused. */
    void accepted(String index) {
        var known = refusing.remove(index);
        if (known != null && known.logged) {
            LOG.infof("Elasticsearch takes documents for index %s again, which it refused since %s.", Printable.of(index),
                    known.since);
        }
    }

    /** Elasticsearch was too busy for some documents, or a shard was away: ordinary, worth a line now and then. */
    void pushedBack(String index, int status, String type, int documents) {
        pushedBack.addAndGet(documents);
        long last = pushedBackLogged.get();
        if (System.nanoTime() - last >= SUMMARY_NANOS && pushedBackLogged.compareAndSet(last, System.nanoTime())) {
            LOG.warnf("Elasticsearch pushed back %d documents, the last for index %s with status %d %s; they are sent again"
                    + " with growing pauses. If this goes on, %s.", pushedBack.getAndSet(0), Printable.of(index), status,
                    type, remedy(status));
        }
    }

    private static String remedy(int status) {
        return switch (status) {
            case 404 -> "something deletes the index, or Elasticsearch may not create it (action.auto_create_index)";
            case 503 -> "look at that index's health: a shard that writing needs is away";
            case 409 -> "others update the same documents all the time";
            default -> "it is overloaded: fewer or smaller bulks (penstock.bulk.max-concurrent, penstock.bulk.max-bytes) or a larger"
                    + " cluster";
        };
    }

    private boolean due(Down down, String what) {
        long now = System.nanoTime();
        var last = lastLog.get(what);
        if (last != null && now - last < SUMMARY_NANOS) {
            return false;
        }
        lastLog.put(what, now);
        down.logged = true;
        return true;
    }
}

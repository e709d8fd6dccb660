package io.penstock.source.http;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

import io.penstock.delivery.DeliveryMetrics;
import io.penstock.delivery.InFlight;
import io.penstock.delivery.Printable;
import io.penstock.source.Intake;
import io.penstock.source.fed.Feeds;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/**
 * Takes a request's records in and tells when they are settled. A record that is sent again while it is still in flight is not
 * taken in a second time: both requests wait for the one delivery. May be called from any thread; a request that waits holds
 * none.
 */
@Singleton
class Ingress {

    private static final Logger LOG = Logger.getLogger(Ingress.class);
    /** At a start the route is a moment away, and then it may not be coming at all: often at first, seldom later. */
    private static final Duration LOOK_FOR_ROUTE_FIRST = Duration.ofMillis(2);
    private static final Duration LOOK_FOR_ROUTE = Duration.ofMillis(50);
    private static final Duration BETWEEN_WARNINGS = Duration.ofSeconds(10);

    private final Feeds feeds;
    private final Intake intake;
    private final InFlight inFlight;
    private final DeliveryMetrics metrics;
    private final PushConfig config;
    /** Settlements come on threads that must not be held up by sending answers. */
    private final Executor answers =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("penstock-answer-", 0).factory());
    private final AtomicLong warned = new AtomicLong(System.nanoTime() - 2 * BETWEEN_WARNINGS.toNanos());
    /** By topic and document id; not by a record, for whose hash Java makes classes when the first request comes. */
    private final Map<List<String>, CompletableFuture<Void>> underWay = new ConcurrentHashMap<>();
    /** By topic that has lost its reader; each loss is another, and only what follows from the last one counts. */
    private final Map<String, Object> losses = new ConcurrentHashMap<>();

    Ingress(Feeds feeds, Intake intake, InFlight inFlight, DeliveryMetrics metrics, PushConfig config) {
        this.feeds = feeds;
        this.intake = intake;
        this.inFlight = inFlight;
        this.metrics = metrics;
        this.config = config;
        feeds.whenUnread(this::lost);
    }

    /**
     * Completes on a thread of its own, never exceptionally. All records are taken in, or none is.
     *
     * @param gone whether the sender has gone: then they don't wait for a route any more
     */
    CompletionStage<Reception> receive(List<Arrival> arrivals, BooleanSupplier gone) {
        return receive(arrivals, gone, System.nanoTime());
    }

    private CompletionStage<Reception> receive(List<Arrival> arrivals, BooleanSupplier gone, long since) {
        if (inFlight.isClosed()) {
            return CompletableFuture.completedStage(new Reception.Stopping());
        }
        if (inFlight.isFull()) {
            return CompletableFuture.completedStage(new Reception.Full());
        }
        Optional<String> unread = arrivals.stream().map(a -> a.record().topic()).filter(t -> !feeds.isRead(t)).findFirst();
        if (unread.isEmpty()) {
            return takeIn(arrivals, config.requestTimeout().minusNanos(System.nanoTime() - since));
        }
        if (gone.getAsBoolean()) {
            return CompletableFuture.completedStage(new Reception.Unread(unread.get()));
        }
        if (System.nanoTime() - since < config.routeTimeout().toNanos()) {
            return CompletableFuture.supplyAsync(() -> receive(arrivals, gone, since), soon(since)).thenCompose(reception -> reception);
        }
        warn(unread.get());
        return CompletableFuture.completedStage(new Reception.Unread(unread.get()));
    }

    /** Not a line for each event. */
    private void warn(String topic) {
        long last = warned.get();
        if (System.nanoTime() - last > BETWEEN_WARNINGS.toNanos() && warned.compareAndSet(last, System.nanoTime())) {
            LOG.warnf("No route reads topic %s: its events are answered 404 and not taken in. Routes read %s; see penstock.routes "
                    + "and penstock.push.topics.", Printable.of(topic), feeds.topics());
        }
    }

    private Executor soon(long since) {
        long waited = Duration.ofNanos(System.nanoTime() - since).toMillis();
        long wait = Math.clamp(waited / 16, LOOK_FOR_ROUTE_FIRST.toMillis(), LOOK_FOR_ROUTE.toMillis());
        return CompletableFuture.delayedExecutor(wait, TimeUnit.MILLISECONDS, answers);
    }

    private CompletionStage<Reception> takeIn(List<Arrival> arrivals, Duration atMost) {
        List<CompletableFuture<Void>> settled = arrivals.stream().map(this::takeIn).toList();
        return CompletableFuture.allOf(settled.toArray(CompletableFuture[]::new)).orTimeout(atMost.toMillis(), TimeUnit.MILLISECONDS)
                .handleAsync((all, late) -> reception(arrivals, settled), answers);
    }

    private static List<String> identity(String topic, String documentId) {
        return List.of(topic, documentId);
    }

    private CompletableFuture<Void> takeIn(Arrival arrival) {
        var topic = arrival.record().topic();
        var identity = identity(topic, arrival.documentId());
        var settled = new CompletableFuture<Void>();
        var earlier = underWay.putIfAbsent(identity, settled);
        if (earlier != null) {
            return earlier;
        }
        metrics.polled(topic, 1);
        feeds.feed(intake.delivery(arrival.record(), arrival.documentId(), delivery -> {
            underWay.remove(identity);
            settled.complete(null);
        }));
        if (!feeds.isRead(topic)) {
            // Its reader may have gone before this was there.
            lost(topic);
        }
        return settled;
    }

    private Reception reception(List<Arrival> arrivals, List<CompletableFuture<Void>> settled) {
        var unsettled = IntStream.range(0, arrivals.size()).filter(i -> settled.get(i).state() != Future.State.SUCCESS).boxed().toList();
        if (unsettled.isEmpty()) {
            return new Reception.Settled();
        }
        var withdrawn = unsettled.stream().filter(i -> settled.get(i).isCancelled()).findFirst();
        if (withdrawn.isPresent()) {
            return new Reception.Unread(arrivals.get(withdrawn.get()).record().topic());
        }
        return new Reception.Late(unsettled.stream().map(arrivals::get).toList());
    }

    /** A route that is edited is gone for a moment only. */
    private void lost(String topic) {
        var loss = new Object();
        losses.put(topic, loss);
        CompletableFuture.delayedExecutor(config.routeTimeout().toMillis(), TimeUnit.MILLISECONDS, answers).execute(() -> {
            if (losses.remove(topic, loss) && !feeds.isRead(topic)) {
                withdraw(topic);
            }
        });
    }

    /** What waits for a route when there is none any more would be in flight until the process ends. Whoever waits for it is told. */
    private void withdraw(String topic) {
        var withdrawn = feeds.withdraw(topic);
        for (var delivery : withdrawn) {
            inFlight.left(delivery.bytes());
            underWay.remove(identity(topic, delivery.documentId())).cancel(false);
        }
        if (!withdrawn.isEmpty()) {
            LOG.warnf("No route reads topic %s any more: %d of its records that no route had taken in are not in flight any longer. "
                    + "None of them was answered as stored; whoever sends them again is answered 404 until a route reads the topic.",
                    Printable.of(topic), withdrawn.size());
        }
    }
}

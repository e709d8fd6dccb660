package io.penstock.push;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.penstock.stack.PenstockProcess;

/**
 * Stands in for Knative's activator and its autoscaler (KPA): starts processes for the requests that come, holds requests until
 * one is ready, spreads them by load, and stops processes that are not needed, down to none.
 *
 * <p>As KPA does: wanted are concurrent requests / target, rounded up, at once when more are wanted (panic), and the largest
 * number wanted within the stable window when fewer are. A process that is taken away gets no more requests, then SIGTERM.
 */
final class Activator implements AutoCloseable {

    static {
        // The JDK's server closes idle connections beyond 200, and a sender may be about to use one of them.
        System.setProperty("sun.net.httpserver.maxIdleConnections", "10000");
    }

    private static final Duration TICK = Duration.ofMillis(200);
    private static final Duration HOLD = Duration.ofMinutes(3);
    private static final Set<String> HOP_BY_HOP = Set.of("host", "connection", "content-length", "transfer-encoding", "upgrade",
            "http2-settings", "expect");

    private final Supplier<PenstockProcess> starter;
    private final int target;
    private final int most;
    private final long windowNanos;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService scaler = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).executor(threads).build();
    private final List<Instance> instances = new CopyOnWriteArrayList<>();
    private final AtomicInteger concurrent = new AtomicInteger();
    private final ConcurrentLinkedQueue<Integer> exitCodes = new ConcurrentLinkedQueue<>();
    private final List<Wish> wishes = new ArrayList<>();
    private final AtomicInteger started = new AtomicInteger();
    private volatile int peak;

    private record Wish(long at, int processes) {
    }

    private static final class Instance {
        final PenstockProcess process;
        final AtomicInteger busy = new AtomicInteger();
        volatile boolean ready;

        Instance(PenstockProcess process) {
            this.process = process;
        }
    }

    /**
     * @param starter starts a process and returns at once
     * @param target  concurrent requests for one process
     * @param most    processes at most
     * @param window  how long the number wanted must have been lower before processes are stopped
     */
    Activator(Supplier<PenstockProcess> starter, int target, int most, Duration window) {
        this.starter = starter;
        this.target = target;
        this.most = most;
        this.windowNanos = window.toNanos();
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
        scaler.scheduleWithFixedDelay(this::scale, 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    int processes() {
        return instances.size();
    }

    /** The largest number of processes there was. */
    int peak() {
        return peak;
    }

    int started() {
        return started.get();
    }

    List<Integer> exitCodes() {
        return List.copyOf(exitCodes);
    }

    private void handle(HttpExchange exchange) {
        concurrent.incrementAndGet();
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            var instance = next();
            if (instance == null) {
                exchange.sendResponseHeaders(503, -1);
                return;
            }
            try {
                forward(exchange, body, instance);
            } catch (IOException e) {
                exchange.sendResponseHeaders(502, -1);
            } finally {
                instance.busy.decrementAndGet();
            }
        } catch (IOException e) {
            // The sender has gone.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            concurrent.decrementAndGet();
        }
    }

    /** The least busy process that is ready, waiting for one; null when none is in time. */
    private Instance next() throws InterruptedException {
        long end = System.nanoTime() + HOLD.toNanos();
        while (System.nanoTime() < end) {
            synchronized (instances) {
                var instance = instances.stream().filter(i -> i.ready).min(Comparator.comparingInt(i -> i.busy.get()));
                if (instance.isPresent()) {
                    instance.get().busy.incrementAndGet();
                    return instance.get();
                }
                instances.wait(1_000);
            }
        }
        return null;
    }

    private void forward(HttpExchange exchange, byte[] body, Instance instance) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(instance.process.url() + exchange.getRequestURI()))
                .timeout(Duration.ofSeconds(60))
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!HOP_BY_HOP.contains(name.toLowerCase())) {
                values.forEach(value -> request.header(name, value));
            }
        });
        var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        answer.headers().firstValue("Retry-After").ifPresent(v -> exchange.getResponseHeaders().add("Retry-After", v));
        exchange.sendResponseHeaders(answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
        if (answer.body().length > 0) {
            exchange.getResponseBody().write(answer.body());
        }
    }

    private void scale() {
        long now = System.nanoTime();
        int wanted = Math.min(most, Math.ceilDiv(concurrent.get(), target));
        wishes.removeIf(wish -> now - wish.at > windowNanos);
        wishes.add(new Wish(now, wanted));
        int most = wishes.stream().mapToInt(Wish::processes).max().orElse(0);
        while (instances.size() < wanted) {
            start();
        }
        while (instances.size() > most) {
            stop(instances.getLast());
        }
    }

    private void start() {
        var instance = new Instance(starter.get());
        instances.add(instance);
        started.incrementAndGet();
        peak = Math.max(peak, instances.size());
        threads.execute(() -> {
            instance.process.awaitReady();
            synchronized (instances) {
                instance.ready = true;
                instances.notifyAll();
            }
        });
    }

    private void stop(Instance instance) {
        synchronized (instances) {
            instance.ready = false;
            instances.remove(instance);
        }
        threads.execute(() -> exitCodes.add(instance.process.terminate()));
    }

    @Override
    public void close() {
        scaler.shutdownNow();
        server.stop(0);
        instances.forEach(instance -> instance.process.close());
        http.shutdownNow();
        threads.shutdownNow();
    }
}

package io.penstock.source.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import io.penstock.delivery.InFlight;
import io.penstock.delivery.InFlightConfig;
import io.penstock.source.SourceMode;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Stands before the push mode's endpoints, on the event loop: turns away at once what can't be taken in now, and reads bodies
 * without a thread for each, bounded in size, time and sum.
 */
@Singleton
class Gate {

    private static final String FUNCTION_PATH = "/event-invoke";
    private static final int PRIORITY = 100;

    private final Vertx vertx;
    private final InFlight inFlight;
    private final InFlightConfig bound;
    private final PushConfig config;
    private final SourceMode source;
    private final long maxBody;
    private final AtomicLong openRequests = new AtomicLong();
    private final AtomicLong openBytes = new AtomicLong();

    Gate(Vertx vertx, InFlight inFlight, InFlightConfig bound, PushConfig config,
            @ConfigProperty(name = "penstock.source", defaultValue = "pull") SourceMode source,
            @ConfigProperty(name = "quarkus.http.limits.max-body-size", defaultValue = "10M") MemorySize maxBody) {
        this.vertx = vertx;
        this.inFlight = inFlight;
        this.bound = bound;
        this.config = config;
        this.source = source;
        this.maxBody = maxBody.asLongValue();
    }

    void install(@Observes Filters filters) {
        filters.register(this::handle, PRIORITY);
    }

    private void handle(RoutingContext request) {
        String path = request.normalizedPath();
        if (request.request().method() != HttpMethod.POST || !isIngress(path)) {
            request.next();
        } else if (source != SourceMode.PUSH) {
            refuse(request, 404, Answers.problem(404, "Not in push mode", "Records are taken in by HTTP with penstock.source=push."));
        } else if (!isAuthorized(request)) {
            request.response().putHeader("WWW-Authenticate", "Bearer");
            refuse(request, 401, Answers.problem(401, "Unauthorized", "The bearer token is not the one of penstock.push.token."));
        } else if (inFlight.isClosed()) {
            refuseForNow(request, 503, Answers.stopping());
        } else if (inFlight.isFull() || openRequests.get() >= bound.records()
                || openBytes.get() >= bound.bytes().asLongValue()) {
            refuseForNow(request, 429, Answers.full());
        } else if (path.equals(config.functionPath()) && !path.equals(FUNCTION_PATH)) {
            request.reroute(HttpMethod.POST, FUNCTION_PATH);
        } else {
            new Body(request).read();
        }
    }

    private boolean isIngress(String path) {
        return path.equals("/") || path.equals("/events") || path.startsWith("/events/") || path.equals(FUNCTION_PATH)
                || path.equals(config.functionPath());
    }

    private boolean isAuthorized(RoutingContext request) {
        if (config.token().isEmpty()) {
            return true;
        }
        String given = request.request().getHeader("Authorization");
        // In a time that says nothing about how much of it is right.
        return given != null && MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8),
                ("Bearer " + config.token().get()).getBytes(StandardCharsets.UTF_8));
    }

    private void refuseForNow(RoutingContext request, int status, String problem) {
        request.response().putHeader("Retry-After", Long.toString(Answers.retryAfterSeconds(config)));
        refuse(request, status, problem);
    }

    private static void refuse(RoutingContext request, int status, String problem) {
        // What is still to come of the body goes nowhere, and the connection may be used again.
        request.request().handler(ignored -> { });
        request.request().resume();
        request.response().setStatusCode(status).putHeader("Content-Type", Answers.PROBLEM).end(problem);
    }

    /** A request that was let in, and its body on the way; belongs to the request's event loop. */
    private final class Body {

        private final RoutingContext request;
        private final Buffer buffer = Buffer.buffer();
        private long timer = -1;
        private volatile boolean over;
        private final AtomicBoolean left = new AtomicBoolean();

        Body(RoutingContext request) {
            this.request = request;
        }

        void read() {
            openRequests.incrementAndGet();
            // Not addEndHandler: RESTEasy takes the response's end for itself.
            request.addHeadersEndHandler(answered -> leave());
            request.response().closeHandler(closed -> leave());
            timer = vertx.setTimer(Math.max(1, config.readTimeout().toMillis()), t -> tooSlow());
            request.request().handler(this::chunk).endHandler(v -> complete()).exceptionHandler(failure -> over());
            request.request().resume();
        }

        private void chunk(Buffer chunk) {
            if (over) {
                return;
            }
            if (buffer.length() + chunk.length() > maxBody) {
                cutOff(413, "Too large", "A request may have quarkus.http.limits.max-body-size at most.");
                return;
            }
            buffer.appendBuffer(chunk);
            openBytes.addAndGet(chunk.length());
        }

        private void complete() {
            if (!over) {
                over();
                ((RoutingContextInternal) request).setBody(buffer);
                request.next();
            }
        }

        private void tooSlow() {
            if (!over) {
                cutOff(408, "Too slow", "The request did not come within penstock.push.read-timeout.");
            }
        }

        private void cutOff(int status, String title, String detail) {
            over();
            request.response().putHeader("Connection", "close").putHeader("Content-Type", Answers.PROBLEM).setStatusCode(status)
                    .end(Answers.problem(status, title, detail)).onComplete(sent -> request.request().connection().close());
        }

        private void over() {
            over = true;
            vertx.cancelTimer(timer);
        }

        /** The answer is on its way, or nobody waits for it any more. Any thread. */
        private void leave() {
            if (left.compareAndSet(false, true)) {
                over();
                openRequests.decrementAndGet();
                openBytes.addAndGet(-buffer.length());
            }
        }
    }
}

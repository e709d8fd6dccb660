package io.penstock.source.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

import io.penstock.delivery.InFlight;
import io.penstock.delivery.InFlightConfig;
import io.penstock.delivery.Printable;
import io.penstock.source.SourceMode;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jose4j.lang.UnresolvableKeyException;

/**
 * Stands before the push mode's endpoints, on the event loop: turns away at once what can't be taken in now, and reads bodies
 * without a thread for each, bounded in size, time and sum.
 */
@Singleton
class Gate {

    static final String FUNCTION_PATH = "/event-invoke";
    private static final String ISSUER = "mp.jwt.verify.issuer";
    private static final String KEY = "mp.jwt.verify.publickey";
    private static final String KEY_LOCATION = "mp.jwt.verify.publickey.location";
    /** Had guarded the ingress. */
    private static final String OLD = "quarkus.oidc.tenant-enabled";
    private static final Logger LOG = Logger.getLogger(Gate.class);
    /** After Quarkus' authorization (100), which somebody may have configured. */
    private static final int PRIORITY = 90;
    /** Of HTTP/2, RFC 9113 section 8.1: the answer is whole, and the rest of the request is not wanted. */
    private static final long NO_ERROR = 0;
    /** How long a sender that is cut off may go on before it must have read its answer. */
    private static final Duration LINGER = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final InFlight inFlight;
    private final InFlightConfig bound;
    private final PushConfig config;
    private final String functionPath;
    private final IdentityProviderManager identities;
    private final SourceMode source;
    private final boolean jwt;
    private final long maxBody;
    private final long maxBodies;
    /** Said once, until a token has been found good. */
    private final AtomicBoolean keysMissing = new AtomicBoolean();
    private final AtomicLong openRequests = new AtomicLong();
    private final AtomicLong openBytes = new AtomicLong();

    Gate(Vertx vertx, InFlight inFlight, InFlightConfig bound, PushConfig config, IdentityProviderManager identities,
            @ConfigProperty(name = "penstock.source", defaultValue = "pull") SourceMode source,
            @ConfigProperty(name = ISSUER) Optional<String> issuer, @ConfigProperty(name = KEY) Optional<String> key,
            @ConfigProperty(name = KEY_LOCATION) Optional<String> keyLocation,
            @ConfigProperty(name = OLD, defaultValue = "false") boolean old,
            @ConfigProperty(name = "quarkus.http.limits.max-body-size", defaultValue = "10M") MemorySize maxBody) {
        this.vertx = vertx;
        this.inFlight = inFlight;
        this.bound = bound;
        this.config = config;
        this.functionPath = withoutSlash(config.functionPath());
        this.identities = identities;
        this.source = source;
        if (old) {
            throw new IllegalArgumentException(OLD + " is not read any more, and anyone could send: set " + ISSUER + " and " + KEY_LOCATION);
        }
        if (issuer.isPresent() != (key.isPresent() || keyLocation.isPresent())) {
            throw new IllegalArgumentException(issuer.isPresent()
                    ? ISSUER + " is set without its keys: set " + KEY_LOCATION + " to the https address of its JWKS, or " + KEY
                    : KEY + " or " + KEY_LOCATION + " is set without " + ISSUER + ": set it to the issuer of the tokens");
        }
        this.jwt = issuer.isPresent();
        this.maxBody = maxBody.asLongValue();
        // In a small heap one body may be larger than the bound: it is not to wait until it is alone.
        maxBodies = Math.max(inFlight.maxBytes(), this.maxBody);
    }

    void install(@Observes Filters filters) {
        filters.register(this::handle, PRIORITY);
    }

    private void handle(RoutingContext request) {
        String path = withoutSlash(request.normalizedPath());
        if (request.request().method() != HttpMethod.POST || !isIngress(path)) {
            request.next();
        } else if (source != SourceMode.PUSH) {
            refuse(request, 404, Answers.problem(404, "Not in push mode", "Records are taken in by HTTP with penstock.source=push."));
        } else if (hasToken(request) || config.token().isEmpty() && !jwt) {
            admit(request, path);
        } else if (jwt) {
            identify(request, () -> admit(request, path));
        } else {
            refuseStranger(request, "The bearer token is not the one of penstock.push.token.");
        }
    }

    private void admit(RoutingContext request, String path) {
        if (inFlight.isClosed()) {
            refuseForNow(request, 503, Answers.stopping());
        } else if (inFlight.isFull() || openRequests.get() >= bound.records()
                || openBytes.get() >= maxBodies) {
            refuseForNow(request, 429, Answers.full());
        } else if (path.equals(functionPath) && !path.equals(FUNCTION_PATH)) {
            request.reroute(HttpMethod.POST, FUNCTION_PATH);
        } else {
            new Body(request).read();
        }
    }

    /** The router doesn't mind a slash at the end. */
    private static String withoutSlash(String path) {
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private boolean isIngress(String path) {
        return path.equals("/") || path.equals("/events") || path.startsWith("/events/") || path.equals(FUNCTION_PATH)
                || path.equals(functionPath);
    }

    private boolean hasToken(RoutingContext request) {
        String given = request.request().getHeader("Authorization");
        // In a time that says nothing about how much of it is right.
        return given != null && config.token().isPresent() && MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8),
                ("Bearer " + config.token().get()).getBytes(StandardCharsets.UTF_8));
    }

    /** Goes on, on the event loop, if there is a token of the issuer. */
    private void identify(RoutingContext request, Runnable identified) {
        var loop = vertx.getOrCreateContext();
        // Quarkus would answer by itself, with 401 for an issuer that can't be reached.
        BiConsumer<RoutingContext, Throwable> answeredHere = (ignored, failure) -> { };
        request.put(QuarkusHttpUser.AUTH_FAILURE_HANDLER, answeredHere);
        QuarkusHttpUser.getSecurityIdentity(request, identities).subscribe().with(identity -> loop.runOnContext(v -> {
            if (identity.isAnonymous()) {
                refuseStranger(request, "There is no bearer token.");
            } else {
                keysMissing.set(false);
                identified.run();
            }
        }), failure -> loop.runOnContext(v -> {
            var missing = missingKey(failure);
            if (failure instanceof AuthenticationFailedException && missing.isEmpty()) {
                refuseStranger(request, "The bearer token is not valid here.");
            } else {
                if (keysMissing.compareAndSet(false, true)) {
                    // It quotes the token's head, which anybody may have written.
                    LOG.warnf("Bearer tokens can't be checked, their senders are answered 503: %s",
                            Printable.of(String.valueOf(missing.orElse(failure).getMessage())));
                }
                refuseForNow(request, 503, Answers.problem(503, "Not identified", "The bearer token can't be checked now."));
            }
        }));
    }

    /** The issuer can't be reached, or the token's key isn't among its keys, where it may be soon; that is no word about the token. */
    private static Optional<Throwable> missingKey(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).filter(UnresolvableKeyException.class::isInstance).findFirst();
    }

    private static void refuseStranger(RoutingContext request, String detail) {
        request.response().putHeader("WWW-Authenticate", "Bearer");
        refuse(request, 401, Answers.problem(401, "Unauthorized", detail));
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
        private Buffer buffer = Buffer.buffer();
        private long timer = -1;
        private volatile boolean over;
        private final AtomicBoolean left = new AtomicBoolean();

        Body(RoutingContext request) {
            this.request = request;
        }

        void read() {
            openRequests.incrementAndGet();
            request.addHeadersEndHandler(answered -> leave());
            request.response().closeHandler(closed -> leave());
            timer = vertx.setTimer(config.readTimeout().toMillis(), t -> tooSlow());
            request.request().handler(this::chunk).endHandler(v -> complete()).exceptionHandler(failure -> over());
            // A sender that expects it need not send its body before (RFC 9110, section 10.1.1); one of HTTP/1.0 can't.
            if (request.request().version() != HttpVersion.HTTP_1_0
                    && request.request().headers().contains("Expect", "100-continue", true)) {
                request.response().writeContinue();
            }
            request.request().resume();
        }

        private void chunk(Buffer chunk) {
            if (over) {
                return;
            }
            if (buffer.length() + chunk.length() > maxBody) {
                cutOff(413, Answers.problem(413, "Too large", "A request may have quarkus.http.limits.max-body-size at most."));
                return;
            }
            buffer.appendBuffer(chunk);
            long sum = openBytes.addAndGet(chunk.length());
            if (sum > maxBodies) {
                request.response().putHeader("Retry-After", Long.toString(Answers.retryAfterSeconds(config)));
                cutOff(429, Answers.full());
            }
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
                cutOff(408, Answers.problem(408, "Too slow", "The request did not come within penstock.push.read-timeout."));
            }
        }

        private void cutOff(int status, String problem) {
            leave();
            buffer = null;
            var response = request.response().setStatusCode(status).putHeader("Content-Type", Answers.PROBLEM);
            if (request.request().version() == HttpVersion.HTTP_2) {
                // The stream alone: a mesh's proxy puts many senders' requests on one connection.
                response.end(problem).onComplete(sent -> response.reset(NO_ERROR));
            } else {
                // Closed with bytes unread the connection would be reset, and the answer lost with it (RFC 9112, section 9.6).
                var connection = request.request().connection();
                request.request().endHandler(v -> connection.close());
                vertx.setTimer(LINGER.toMillis(), t -> connection.close());
                response.putHeader("Connection", "close").end(problem);
            }
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

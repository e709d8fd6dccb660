package io.penstock.source.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import io.penstock.delivery.InFlight;
import io.penstock.delivery.InFlightConfig;
import io.penstock.source.SourceMode;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The gate on a Vert.x server of its own, before an endpoint that takes whatever comes through. */
class GateTest {

    private final Vertx vertx = Vertx.vertx();
    private InFlight inFlight = new InFlight(1_000, 1_000_000);
    private int port;

    private void start(Map<String, String> settings) {
        var config = new SmallRyeConfigBuilder().addDiscoveredConverters().withMapping(PushConfig.class).withMapping(InFlightConfig.class)
                .withDefaultValues(settings).build();
        var filters = new Filters();
        new Gate(vertx, inFlight, config.getConfigMapping(InFlightConfig.class), config.getConfigMapping(PushConfig.class), new Nobody(),
                SourceMode.PUSH, Optional.empty(), Optional.empty(), Optional.empty(), false,
                new MemorySize(BigInteger.valueOf(500_000))).install(filters);
        var router = Router.router(vertx);
        filters.getFilters().forEach(filter -> router.route().handler(filter.getHandler()));
        router.post(Gate.FUNCTION_PATH).handler(request -> request.response().end());
        port = vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join()
                .actualPort();
    }

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private static final class Nobody implements IdentityProviderManager {

        @Override
        public Uni<SecurityIdentity> authenticate(AuthenticationRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public SecurityIdentity authenticateBlocking(AuthenticationRequest request) {
            throw new UnsupportedOperationException();
        }
    }

    /** A connection to which the head of a request has been written, and as much else as there is here. */
    private Socket post(String path, String rest) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write(("POST " + path + " HTTP/1.1\r\nHost: x\r\n" + rest).getBytes(StandardCharsets.UTF_8));
        return socket;
    }

    private static String line(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)).readLine();
    }

    private String answer(String path, String rest) throws IOException {
        try (var socket = post(path, rest)) {
            return line(socket);
        }
    }

    @Test
    void aSlashAtTheEndOfThePathLeadsNobodyPastIt() throws IOException {
        start(Map.of("penstock.push.token", "secret", "penstock.push.function-path", "/my/function/"));
        for (var path : new String[] {"/event-invoke", "/event-invoke/", "//event-invoke//", "/my/function", "/my/function/"}) {
            assertThat(answer(path, "Content-Length: 0\r\n\r\n")).as(path).contains(" 401 ");
            assertThat(answer(path, "Authorization: Bearer secret\r\nContent-Length: 0\r\n\r\n")).as(path).contains(" 200 ");
        }
    }

    /** As when the activator lets go of what has waited for a start: all heads come before all bodies. */
    @Test
    void theSumOfBodiesIsBoundedWhileTheyAreRead() throws IOException {
        start(Map.of());
        int length = 200_000;
        var sockets = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 20; i++) {
                sockets.add(post("/event-invoke", "Content-Length: " + length + "\r\n\r\n"));
            }
            for (var socket : sockets) {
                socket.getOutputStream().write(new byte[length - 1]);
            }
            await().untilAsserted(() -> assertThat(answered(sockets)).hasSize(15));
            var refused = answered(sockets);
            for (var socket : refused) {
                assertThat(head(socket)).contains(" 429 ", "Retry-After: 1");
            }
            // Of those that were kept, each is taken in.
            sockets.removeAll(refused);
            for (var socket : sockets) {
                socket.getOutputStream().write('x');
                assertThat(line(socket)).contains(" 200 ");
            }
            assertThat(answer("/event-invoke", "Content-Length: 1\r\n\r\nx")).contains(" 200 ");
        } finally {
            for (var socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void aBodyThatIsLargerThanTheBoundIsReadIfItIsAlone() throws IOException {
        inFlight = new InFlight(1_000, 1_000);
        start(Map.of());
        assertThat(answer("/event-invoke", "Content-Length: 100000\r\n\r\n" + "x".repeat(100_000))).contains(" 200 ");
    }

    /** As in a small heap: else it would be sent again and again for as long as anything else comes. */
    @Test
    void aBodyThatIsLargerThanTheBoundIsReadBesideOthers() throws IOException {
        inFlight = new InFlight(1_000, 100_000);
        start(Map.of());
        try (var other = post("/event-invoke", "Content-Length: 2\r\n\r\nx");
                var large = post("/event-invoke", "Content-Length: 200000\r\n\r\n" + "x".repeat(199_999));
                var next = post("/event-invoke", "Content-Length: 2\r\n\r\nx")) {
            for (var socket : List.of(large, next, other)) {
                socket.getOutputStream().write('x');
                assertThat(line(socket)).contains(" 200 ");
            }
        }
    }

    /** RFC 9110, section 10.1.1 */
    @Test
    void whoAsksWhetherToGoOnIsToldIfLetIn() throws IOException {
        start(Map.of("penstock.push.token", "secret"));
        var expecting = "Expect: 100-continue\r\nContent-Length: 1\r\n\r\n";
        try (var socket = post("/event-invoke", "Authorization: Bearer secret\r\n" + expecting)) {
            assertThat(head(socket)).startsWith("HTTP/1.1 100 ");
            socket.getOutputStream().write('x');
            assertThat(line(socket)).contains(" 200 ");
        }
        assertThat(answer("/event-invoke", expecting)).contains(" 401 ");
    }

    private static List<Socket> answered(List<Socket> sockets) throws IOException {
        var answered = new ArrayList<Socket>();
        for (var socket : sockets) {
            if (socket.getInputStream().available() > 0) {
                answered.add(socket);
            }
        }
        return answered;
    }

    private static String head(Socket socket) throws IOException {
        var reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        return reader.lines().takeWhile(line -> !line.isEmpty()).collect(Collectors.joining("\n"));
    }
}

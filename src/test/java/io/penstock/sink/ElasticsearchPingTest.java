package io.penstock.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against a stand-in: a real server without security never answers 401 or 503. */
class ElasticsearchPingTest {

    @ParameterizedTest
    @CsvSource({ "200,", "403,", "503,", "401,elasticsearch.password" })
    void anyAnswerButMissingCredentialsIsASignOfLife(int status, String problem) throws Exception {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        try {
            var found = ping(server.getAddress().getPort());
            assertThat(found.isPresent()).isEqualTo(problem != null);
            found.ifPresent(text -> assertThat(text).contains(problem));
        } finally {
            server.stop(0);
        }
    }

    @Test
    void nobodyThereIsAProblemThatNamesTheSetting() throws Exception {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        int port = server.getAddress().getPort();
        server.stop(0);

        assertThat(ping(port)).hasValueSatisfying(text -> assertThat(text).contains("elasticsearch.hosts"));
    }

    /** As a port of TLS does, which is Elasticsearch's default, with what is no TLS. */
    @Test
    void aConnectionThatIsClosedWithoutAnAnswerMayWantHttps() throws Exception {
        try (var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                while (true) {
                    try (var socket = server.accept()) {
                        socket.getInputStream().read(new byte[8192]);
                    } catch (IOException e) {
                        return;
                    }
                }
            });
            assertThat(ping(server.getLocalPort())).hasValueSatisfying(text -> assertThat(text).contains("https"));
        }
    }

    @Test
    void silenceIsAProblemAfterTheTimeout() throws Exception {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> { });
        server.start();
        try {
            assertThat(ping(server.getAddress().getPort())).isPresent();
        } finally {
            server.stop(0);
        }
    }

    private static Optional<String> ping(int port) throws Exception {
        var url = "http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + port;
        try (var client = RestClients.build(TestElasticsearchConfig.at(url), 1)) {
            return new ElasticsearchPing(client, Duration.ofMillis(500)).ping().toCompletableFuture().get(5, TimeUnit.SECONDS);
        }
    }
}

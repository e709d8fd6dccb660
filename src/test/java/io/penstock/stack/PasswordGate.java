package io.penstock.stack;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Asks for user and password in front of an Elasticsearch that has no security of its own (what is on Maven Central comes
 * without): hands on the requests of whoever has them, and answers all others 401 as Elasticsearch does. Any thread.
 */
public final class PasswordGate implements AutoCloseable {

    private static final List<String> HANDED_ON = List.of("Content-Type", "Content-Encoding", "Accept");
    private static final byte[] REFUSAL = """
            {"error":{"type":"security_exception","reason":"unable to authenticate user for REST request"},"status":401}"""
            .getBytes(StandardCharsets.UTF_8);

    @FunctionalInterface
    private interface Creation {
        HttpServer create(InetSocketAddress address, int backlog) throws IOException;
    }

    private final ElasticsearchServer elasticsearch;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile String accepted = "";

    /** Lets nobody in yet. */
    public PasswordGate(ElasticsearchServer elasticsearch) {
        this(elasticsearch, HttpServer::create);
    }

    /** The same, encrypted. */
    public PasswordGate(ElasticsearchServer elasticsearch, OwnCertificate certificate) {
        this(elasticsearch, (address, backlog) -> {
            var https = HttpsServer.create(address, backlog);
            https.setHttpsConfigurator(new HttpsConfigurator(certificate.server()));
            return https;
        });
    }

    private PasswordGate(ElasticsearchServer elasticsearch, Creation creation) {
        this.elasticsearch = elasticsearch;
        try {
            server = creation.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePort.next()), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    /** {@code host:port} for the client. */
    public String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** From now on these, and no others. */
    public void accept(String user, String password) {
        accepted = "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** From now on none. */
    public void revoke() {
        accepted = "";
    }

    /** Requests that were answered 401. */
    public int refused() {
        return refused.get();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = exchange.getRequestBody().readAllBytes();
            if (!accepted.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                refused.incrementAndGet();
                exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"security\"");
                answer(exchange, 401, REFUSAL);
                return;
            }
            var request = HttpRequest.newBuilder(URI.create(elasticsearch.url() + exchange.getRequestURI()))
                    .timeout(Duration.ofSeconds(30)).method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
            HANDED_ON.forEach(name -> exchange.getRequestHeaders().getOrDefault(name, List.of())
                    .forEach(value -> request.header(name, value)));
            var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            answer(exchange, answer.statusCode(), answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        http.close();
    }
}

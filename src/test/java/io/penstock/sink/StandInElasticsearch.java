package io.penstock.sink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for Elasticsearch where a real one can't be made to show the fault: 429 for exactly the third item, an answer
 * that breaks off, 413 from a small limit, no answer at all. Answers the next request as scripted, all others as if every
 * item was stored.
 */
final class StandInElasticsearch implements AutoCloseable {

    private static final JsonMapper MAPPER = new JsonMapper();

    /**
     * One bulk as it arrived.
     *
     * @param encoding that of its body; null if it was plain
     * @param bytes    of the plain body
     */
    record Bulk(String query, String contentType, @Nullable String encoding, List<String> ids, List<String> indices, List<String> sources, int bytes) {
    }

    /** What to answer to a bulk. */
    interface Reply {
        void to(Bulk bulk, HttpExchange exchange) throws IOException;
    }

    final List<Bulk> bulks = new CopyOnWriteArrayList<>();
    /** How often each id was stored. */
    final Map<String, Integer> stored = new ConcurrentHashMap<>();
    private final Deque<Reply> script = new ConcurrentLinkedDeque<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private volatile Reply usual = items(n -> 201);

    StandInElasticsearch() {
        this(0);
    }

    StandInElasticsearch(int port) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/_bulk", this::bulk);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    String url() {
        return "http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + port();
    }

    StandInElasticsearch then(Reply reply) {
        script.add(reply);
        return this;
    }

    StandInElasticsearch usually(Reply reply) {
        usual = reply;
        return this;
    }

    /** Answers 200 with a status for each id. */
    Reply items(Function<String, Integer> status) {
        return (bulk, exchange) -> {
            var items = bulk.ids().stream().map(id -> item(id, status.apply(id))).collect(Collectors.joining(","));
            bulk.ids().stream().filter(id -> status.apply(id) < 300).forEach(id -> stored.merge(id, 1, Integer::sum));
            send(exchange, 200, "{\"took\":1,\"errors\":true,\"items\":[" + items + "]}");
        };
    }

    private static String item(String id, int status) {
        var type = switch (status) {
            case 400 -> "document_parsing_exception";
            case 403 -> "cluster_block_exception";
            case 409 -> "version_conflict_engine_exception";
            case 429 -> "es_rejected_execution_exception";
            default -> "some_exception";
        };
        return status < 300 ? "{\"index\":{\"status\":" + status + "}}"
                : "{\"index\":{\"status\":" + status + ",\"error\":{\"type\":\"" + type + "\",\"reason\":\"reason of " + id
                        + "\"}}}";
    }

    static Reply status(int status) {
        return answer(status, "{\"error\":{\"type\":\"a_type\",\"reason\":\"a reason\"},\"status\":" + status + "}");
    }

    static Reply answer(int status, String body) {
        return (bulk, exchange) -> send(exchange, status, body);
    }

    /** Stores everything, and breaks the connection off in the middle of the answer. */
    Reply storedButAnswerCut() {
        return (bulk, exchange) -> {
            bulk.ids().forEach(id -> stored.merge(id, 1, Integer::sum));
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write("{\"took\":1,\"errors\":false,\"items\":[".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            throw new IOException("broken off on purpose");
        };
    }

    static Reply body(String json) {
        return answer(200, json);
    }

    static Reply never() {
        return (bulk, exchange) -> { };
    }

    private void bulk(HttpExchange exchange) throws IOException {
        var encoding = exchange.getRequestHeaders().getFirst("Content-Encoding");
        var content = "gzip".equals(encoding) ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody();
        var body = new String(content.readAllBytes(), StandardCharsets.UTF_8);
        var ids = new ArrayList<String>();
        var indices = new ArrayList<String>();
        var sources = new ArrayList<String>();
        var lines = body.split("\n");
        for (int i = 0; i < lines.length; i += 2) {
            JsonNode action = MAPPER.readTree(lines[i]).elements().next();
            ids.add(action.get("_id").asText());
            indices.add(action.get("_index").asText());
            sources.add(lines[i + 1]);
        }
        var bulk = new Bulk(exchange.getRequestURI().getQuery(), exchange.getRequestHeaders().getFirst("Content-Type"), encoding,
                ids, indices, sources, body.getBytes(StandardCharsets.UTF_8).length);
        bulks.add(bulk);
        var reply = script.poll();
        (reply == null ? usual : reply).to(bulk, exchange);
    }

    private static void send(HttpExchange exchange, int status, String json) throws IOException {
        var bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

package io.penstock.sink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;

import com.sun.net.httpserver.HttpServer;

/** Stands in for Elasticsearch to see the lines of a compressed bulk as they went over the wire. */
final class GunzipStandIn implements AutoCloseable {

    private final HttpServer server;

    GunzipStandIn(List<Integer> lines) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/_bulk", exchange -> {
            var body = new String(new GZIPInputStream(exchange.getRequestBody()).readAllBytes(), StandardCharsets.UTF_8);
            int count = body.split("\n").length;
            lines.add(count);
            var items = "{\"index\":{\"status\":201}},".repeat(count / 2);
            var answer = ("{\"items\":[" + items.substring(0, items.length() - 1) + "]}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
    }

    String url() {
        return "http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

package io.penstock.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.stack.ChildProcess;
import io.penstock.stack.ElasticsearchServer;
import io.penstock.stack.FreePort;
import io.penstock.stack.JavaLauncher;
import io.penstock.stack.ServerFolder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Where a contender's documents go in one run. One thread. */
sealed interface Sink extends AutoCloseable {

    /** As in the results. */
    String name();

    /** As {@code host:port}. */
    String host();

    /** How many documents it has taken so far. */
    long taken();

    /** Hands over what it holds, when nothing comes any more. */
    void examine(Verification verification) throws IOException;

    @Override
    void close();

    /** A {@link NullSink} in a process of its own. */
    final class Null implements Sink {

        private static final Duration START_LIMIT = Duration.ofSeconds(20);

        private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        private final int port = FreePort.next();
        private final Path folder = ServerFolder.create("null-sink");
        private final ChildProcess process;

        Null() {
            this(Duration.ZERO);
        }

        /** @param delay before each bulk is answered */
        Null(Duration delay) {
            process = ChildProcess.start("null-sink", List.of(JavaLauncher.java(), "-Xmx128m", "-XX:+UseSerialGC", "-cp",
                    System.getProperty("java.class.path"), NullSink.class.getName(), String.valueOf(port), kept().toString(), String.valueOf(delay.toMillis())),
                    Map.of(), Path.of("").toAbsolutePath(), folder.resolve("log.txt"));
            long end = System.nanoTime() + START_LIMIT.toNanos();
            while (!answers()) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    throw new IllegalStateException("The null sink did not start: " + process.lastWords());
                }
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
        }

        private boolean answers() {
            try {
                return items() >= 0;
            } catch (IOException _) {
                return false;
            }
        }

        private long items() throws IOException {
            try {
                return Long.parseLong(http.send(HttpRequest.newBuilder(URI.create("http://" + host() + "/_items")).build(),
                        HttpResponse.BodyHandlers.ofString()).body());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted while waiting for the null sink", e);
            }
        }

        Duration cpu() {
            return process.cpu();
        }

        private Path kept() {
            return folder.resolve("bodies.ndjson");
        }

        @Override
        public String name() {
            return "null";
        }

        @Override
        public String host() {
            return "127.0.0.1:" + port;
        }

        @Override
        public long taken() {
            try {
                return items();
            } catch (IOException e) {
                throw new IllegalStateException("The null sink does not answer: " + process.lastWords(), e);
            }
        }

        @Override
        public void examine(Verification verification) throws IOException {
            verification.kept(kept());
        }

        @Override
        public void close() {
            process.kill();
            http.close();
            ServerFolder.delete(folder);
        }
    }

    /** An index in a real Elasticsearch, which is deleted when this is closed. */
    record Index(ElasticsearchServer elasticsearch, String index) implements Sink {

        @Override
        public String name() {
            return "elasticsearch";
        }

        @Override
        public String host() {
            return elasticsearch.host();
        }

        @Override
        public long taken() {
            return elasticsearch.get("/_stats/indexing?filter_path=indices." + index + ".primaries.indexing.index_total").ok()
                    .path("indices").path(index).path("primaries").path("indexing").path("index_total").asLong();
        }

        @Override
        @SuppressWarnings("unchecked")
        public void examine(Verification verification) {
            var json = new ObjectMapper();
            elasticsearch.forEach(index, document -> verification.document(document.id(),
                    json.convertValue(document.source(), Map.class)));
        }

        @Override
        public void close() {
            elasticsearch.delete("/" + index);
        }
    }
}

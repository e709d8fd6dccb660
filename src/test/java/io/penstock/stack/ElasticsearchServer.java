package io.penstock.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.jar.JarFile;
import java.util.stream.Collectors;

/**
 * An Elasticsearch node without security, a cluster of its own, and a small client of it. The version is the system property
 * {@code penstock.test.elasticsearch.version}. The client may be used from any thread.
 */
public final class ElasticsearchServer extends RealServer {

    /** 9.2.3, the Java client's own version, has no transport-netty4 on Maven Central. */
    public static final String DEFAULT_VERSION = "9.5.3";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(30);
    private static final int PAGE = 5_000;

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2)).build();
    private final int port = FreePort.next();
    private final int transportPort = FreePort.next();
    private final Map<String, String> settings;
    private final List<String> jvmOptions;

    /** A stored document. {@code version} counts how often it was written. */
    public record Document(String id, long version, JsonNode source) {
    }

    /** {@code body} is missing when the answer had none that is JSON. */
    public record Answer(int status, JsonNode body) {
        /** @throws IllegalStateException for any status but 2xx */
        public JsonNode ok() {
            if (status / 100 != 2) {
                throw new IllegalStateException("Elasticsearch answers " + status + ": " + body);
            }
            return body;
        }
    }

    /** Node settings and JVM options that come on top of, or instead of, what a node for tests needs. */
    public ElasticsearchServer(Map<String, String> settings, String... jvmOptions) {
        super("elasticsearch");
        this.settings = Map.copyOf(settings);
        this.jvmOptions = List.of(jvmOptions);
    }

    public ElasticsearchServer() {
        this(Map.of());
    }

    public static String version() {
        return System.getProperty("penstock.test.elasticsearch.version", DEFAULT_VERSION);
    }

    /** As {@code host:port}, the form of {@code ELASTICSEARCH_HOSTS}. */
    public String host() {
        return "127.0.0.1:" + port;
    }

    public String url() {
        return "http://" + host();
    }

    public Answer get(String path) {
        return request("GET", path, HttpRequest.BodyPublishers.noBody());
    }

    public Answer delete(String path) {
        return request("DELETE", path, HttpRequest.BodyPublishers.noBody());
    }

    public Answer put(String path, String json) {
        return request("PUT", path, HttpRequest.BodyPublishers.ofString(json));
    }

    public Answer post(String path, String json) {
        return request("POST", path, HttpRequest.BodyPublishers.ofString(json));
    }

    /** Makes all that was written searchable. An index that does not exist is no failure. */
    public void refresh(String index) {
        orMissing(() -> post("/" + index + "/_refresh", ""));
    }

    /** After a refresh; 0 for an index that does not exist. */
    public long count(String index) {
        refresh(index);
        return orMissing(() -> get("/" + index + "/_count")).path("count").asLong();
    }

    /** After a refresh, every document in no particular order; none for an index that does not exist. */
    public void forEach(String index, Consumer<Document> consumer) {
        forEach(index, true, consumer);
    }

    /** As {@link #forEach(String, Consumer)}; without its source, a document is small however large it is. */
    public void forEach(String index, boolean withSource, Consumer<Document> consumer) {
        refresh(index);
        var opened = orMissing(() -> post("/" + index + "/_pit?keep_alive=5m", ""));
        if (opened.isMissingNode()) {
            return;
        }
        var pit = opened.path("id").asText();
        var after = "";
        try {
            while (true) {
                var search = """
                        {"size":%d,"version":true,"track_total_hits":false,"sort":["_shard_doc"],"_source":%s,
                         "pit":{"id":"%s","keep_alive":"5m"}%s}""".formatted(PAGE, withSource, pit, after);
                var page = orMissing(() -> post("/_search", search));
                var hits = page.path("hits").path("hits");
                hits.forEach(hit -> consumer.accept(new Document(hit.path("_id").asText(), hit.path("_version").asLong(),
                        hit.path("_source"))));
                if (hits.size() < PAGE) {
                    return;
                }
                pit = page.path("pit_id").asText(pit);
                after = ",\"search_after\":" + hits.get(hits.size() - 1).path("sort");
            }
        } finally {
            request("DELETE", "/_pit", HttpRequest.BodyPublishers.ofString("{\"id\":\"" + pit + "\"}"));
        }
    }

    /** As {@link #forEach}, in a list. */
    public List<Document> documents(String index) {
        var documents = new ArrayList<Document>();
        forEach(index, documents::add);
        return documents;
    }

    @Override
    List<String> command(Path folder) {
        var server = Artifacts.of("org.elasticsearch:elasticsearch:" + version());
        var netty = Artifacts.of("org.elasticsearch.plugin:transport-netty4:" + version());
        var home = folder.resolve("home");
        JavaLauncher.copy(ElasticsearchMain.class, home.resolve("classes"));
        layOutModule(netty.get("org.elasticsearch.plugin:transport-netty4").getFile().toPath(),
                netty.without(server).files(), home.resolve("modules/transport-netty4"));
        write(home.resolve("config/elasticsearch.yml"), elasticsearchYml(folder));
        write(home.resolve("config/log4j2.properties"), """
                appender.console.type = Console
                appender.console.name = console
                appender.console.layout.type = PatternLayout
                appender.console.layout.pattern = %d{HH:mm:ss.SSS} %-5p %c{1.} %m%n
                rootLogger.level = info
                rootLogger.appenderRef.console.ref = console
                """);
        var command = new ArrayList<>(List.of(JavaLauncher.java(), "-Xms512m", "-Xmx1g", "-XX:+UseSerialGC", JavaLauncher.FAST_START,
                "-Dlog4j2.configurationFile=" + home.resolve("config/log4j2.properties"),
                "-Dlog4j2.disable.jmx=true", "-Djava.awt.headless=true",
                "-Dio.netty.noUnsafe=true", "-Dio.netty.noKeySetOptimization=true",
                "-Djava.io.tmpdir=" + home.resolve("config"),
                "--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector",
                "--add-opens=java.base/java.io=ALL-UNNAMED"));
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", server.classPath(home.resolve("classes")), ElasticsearchMain.class.getName(), home.toString()));
        return command;
    }

    @Override
    boolean answers() {
        try {
            var health = send("GET", "/_cluster/health?wait_for_status=yellow&timeout=1s",
                    HttpRequest.BodyPublishers.noBody());
            return health.status() == 200;
        } catch (IOException _) {
            return false;
        }
    }

    private String elasticsearchYml(Path folder) {
        var all = new LinkedHashMap<String, String>();
        all.put("cluster.name", "penstock-test");
        all.put("node.name", "penstock-test");
        all.put("path.data", folder.resolve("data").toString());
        all.put("path.logs", folder.resolve("home").toString());
        all.put("network.host", "127.0.0.1");
        all.put("http.port", String.valueOf(port));
        all.put("transport.port", String.valueOf(transportPort));
        all.put("discovery.type", "single-node");
        all.put("cluster.routing.allocation.disk.threshold_enabled", "false");
        all.putAll(settings);
        return all.entrySet().stream()
                .map(entry -> entry.getKey() + ": \"" + entry.getValue().replace("\"", "\\\"") + "\"")
                .collect(Collectors.joining("\n", "", "\n"));
    }

    /** The jar as it lies on Maven Central carries its plugin descriptor; as a module it is wanted beside the jars. */
    private static void layOutModule(Path plugin, List<Path> jars, Path module) {
        write(module.resolve("plugin-descriptor.properties"), descriptor(plugin));
        for (var jar : jars) {
            var link = module.resolve(jar.getFileName());
            try {
                Files.deleteIfExists(link);
                Files.createSymbolicLink(link, jar);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static String descriptor(Path plugin) {
        try (var jar = new JarFile(plugin.toFile())) {
            var entry = jar.stream().filter(file -> file.getName().endsWith("plugin-descriptor.properties")).findFirst();
            if (entry.isEmpty()) {
                return descriptorOfOwn();
            }
            try (var lines = new BufferedReader(
                    new InputStreamReader(jar.getInputStream(entry.get()), StandardCharsets.UTF_8))) {
                // As a named module it would need Elasticsearch itself to be a module
                return lines.lines().filter(line -> !line.startsWith("modulename")).collect(Collectors.joining("\n"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Jars of version 8 have none; it stands in the distribution only. */
    private static String descriptorOfOwn() {
        return """
                name=transport-netty4
                description=Netty 4 based transport implementation
                version=%1$s
                elasticsearch.version=%1$s
                java.version=17
                classname=org.elasticsearch.transport.netty4.Netty4Plugin
                """.formatted(version());
    }

    private Answer request(String method, String path, HttpRequest.BodyPublisher body) {
        try {
            return send(method, path, body);
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path + " failed", e);
        }
    }

    private Answer send(String method, String path, HttpRequest.BodyPublisher body) throws IOException {
        // A bulk's lines are JSON to Elasticsearch, too
        var request = HttpRequest.newBuilder(URI.create(url() + path)).timeout(REQUEST_LIMIT)
                .header("Content-Type", "application/json").method(method, body).build();
        try {
            var response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), parse(response.body()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for Elasticsearch", e);
        }
    }

    private static JsonNode parse(byte[] body) throws IOException {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException _) {
            return MissingNode.getInstance();
        }
    }

    private static JsonNode orMissing(Supplier<Answer> request) {
        var answer = new AtomicReference<Answer>();
        // 503 is what an index that has just been made answers until its shards are there; 429 a full heap, until it is collected.
        await(() -> {
            answer.set(request.get());
            return answer.get().status() != 503 && answer.get().status() != 429;
        }, REQUEST_LIMIT);
        return answer.get().status() == 404 ? MissingNode.getInstance() : answer.get().ok();
    }
}

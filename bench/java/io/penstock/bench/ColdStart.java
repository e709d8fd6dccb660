package io.penstock.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.penstock.stack.ChildProcess;
import io.penstock.stack.FreePort;
import io.penstock.stack.JavaLauncher;
import io.penstock.stack.KafkaBroker;
import io.penstock.stack.ServerFolder;
import io.penstock.stack.Trade;
import io.penstock.stack.TradeRecords;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Starts Penstock again and again and tells when it got where, by its own words ({@code penstock.start-times}) and as seen from
 * outside. Kafka is real; Elasticsearch is a stand-in in this process, so that Penstock alone is measured. One start of each
 * variant in turn, so that all share whatever else the machine does. Run by {@code bench/cold-start}, which has the options.
 */
public final class ColdStart implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** What looks more often is a load by itself: a probe has every health check asked. Knative probes every 25 ms. */
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(10);
    private static final String PLAIN = "camel-plain";
    private static final Pattern STAGE = Pattern.compile("start (\\S+) (\\d{4}-\\S+Z)");
    /** As Penstock prints them; {@code exec} is what all are counted from, and known here more exactly. */
    private static final List<String> STAGES = List.of("main", "http", "routes", "ready", "first-ack");
    /** As seen from outside: the port is open, a probe is answered with 200, the record is in Elasticsearch or its request answered. */
    private static final List<String> SEEN = List.of("port seen", "ready seen", "stored seen");
    private static final String CPU = "CPU";
    private static final String MEMORY = "MB";

    /** What it finds when it starts. */
    private enum Situation {
        PUSH_IDLE, PUSH_WAITING, PULL_IDLE, PULL_WAITING;

        boolean isPull() {
            return this == PULL_IDLE || this == PULL_WAITING;
        }

        boolean isWaiting() {
            return this == PUSH_WAITING || this == PULL_WAITING;
        }

        @Override
        public String toString() {
            return (isPull() ? "pull" : "push") + (isWaiting() ? ", one record waiting" : ", idle");
        }
    }

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HttpServer elasticsearch;
    private final KafkaBroker kafka = new KafkaBroker();
    private final Trade trade = Stream.iterate(0, number -> number + 1).map(new TradeRecords(1)::trade)
            .filter(candidate -> candidate.outcome() instanceof Trade.Stored).findFirst().orElseThrow();
    private volatile long storedAt;

    private ColdStart() throws IOException {
        elasticsearch = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        elasticsearch.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        elasticsearch.createContext("/", this::answer);
        elasticsearch.start();
    }

    /** {@code args}: {@code --starts N}, {@code --aot FILE}, {@code --jar FILE}, {@code --native FILE}, {@code --only NAME,...}. */
    public static void main(String... args) throws Exception {
        var options = new LinkedHashMap<String, String>();
        for (int i = 0; i + 1 < args.length; i += 2) {
            options.put(args[i], args[i + 1]);
        }
        int starts = Integer.parseInt(options.getOrDefault("--starts", "5"));
        var only = List.of(options.getOrDefault("--only", "native,aot,jar," + PLAIN).split(","));
        var variants = variants(options);
        variants.keySet().retainAll(only);
        try (var bench = new ColdStart()) {
            bench.kafka.start();
            System.out.println(machine());
            for (var situation : Situation.values()) {
                bench.measure(situation, variants, starts);
            }
        }
    }

    private static Map<String, List<String>> variants(Map<String, String> options) {
        var variants = new LinkedHashMap<String, List<String>>();
        if (options.containsKey("--native")) {
            variants.put("native", List.of(options.get("--native"), "run"));
        }
        if (options.containsKey("--aot")) {
            variants.put("aot", List.of(JavaLauncher.java(), "@" + options.get("--aot"), "run"));
        }
        variants.put("jar", List.of(JavaLauncher.java(), "-jar", options.get("--jar"), "run"));
        variants.put(PLAIN, Contender.camelPlain().command(List.of()));
        return variants;
    }

    private static String machine() throws IOException {
        var processor = Path.of("/proc/cpuinfo");
        return "%d cores (%s), load %s, %s %s, %s".formatted(Runtime.getRuntime().availableProcessors(),
                !Files.exists(processor) ? System.getProperty("os.arch") : Files.readString(processor).lines()
                        .filter(line -> line.startsWith("model name")).map(line -> line.replaceFirst(".*:\\s*", "")).findFirst().orElse("?"),
                Path.of("/proc/loadavg").toFile().exists() ? Files.readString(Path.of("/proc/loadavg")).split(" ")[0] : "?",
                System.getProperty("java.vm.name"), System.getProperty("java.vm.version"), System.getProperty("os.name"));
    }

    private void measure(Situation situation, Map<String, List<String>> variants, int starts) throws Exception {
        var all = new LinkedHashMap<String, List<Map<String, Double>>>();
        for (int round = 0; round <= starts; round++) {
            for (var variant : variants.entrySet()) {
                boolean plain = variant.getKey().equals(PLAIN);
                // It opens no port and says not when it is ready.
                if (plain && situation != Situation.PULL_WAITING) {
                    continue;
                }
                var start = start(situation, variant.getValue(), plain);
                // The first start of each reads the files from disk.
                if (round > 0) {
                    all.computeIfAbsent(variant.getKey(), _ -> new ArrayList<>()).add(start);
                }
            }
        }
        print(situation, all);
    }

    private Map<String, Double> start(Situation situation, List<String> command, boolean plain) throws Exception {
        var topic = "start-" + System.nanoTime();
        if (situation.isPull()) {
            kafka.createTopic(topic, 1);
        }
        if (situation == Situation.PULL_WAITING) {
            try (var producer = kafka.producer()) {
                producer.send(TradeRecords.record(topic, trade)).get();
            }
        }
        storedAt = 0;
        int port = FreePort.next();
        var folder = ServerFolder.create("cold-start");
        var times = new LinkedHashMap<String, Double>();
        var environment = Map.of("PENSTOCK_SOURCE", situation.isPull() ? "pull" : "push", "PENSTOCK_START_TIMES", "true",
                "PENSTOCK_TOPIC", topic, "PENSTOCK_INDEX", "pre1", "PENSTOCK_GROUP_ID", topic,
                "KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers(), "QUARKUS_HTTP_HOST", "127.0.0.1",
                "QUARKUS_HTTP_PORT", String.valueOf(port),
                "ELASTICSEARCH_HOSTS", (plain ? "" : "http://") + "127.0.0.1:" + elasticsearch.getAddress().getPort());
        var wall = Instant.now();
        long exec = System.nanoTime();
        var process = ChildProcess.start("penstock", command, environment, folder, folder.resolve("log.txt"));
        try {
            if (!plain) {
                await(process, () -> isOpen(port));
                times.put(SEEN.get(0), since(exec));
            }
            if (situation == Situation.PUSH_WAITING) {
                http.send(event(port, topic), HttpResponse.BodyHandlers.discarding());
                times.put(SEEN.get(2), since(exec));
            } else if (situation.isWaiting()) {
                await(process, () -> storedAt != 0);
                times.put(SEEN.get(2), (storedAt - exec) / 1e6);
            }
            if (!plain) {
                if (!situation.isWaiting()) {
                    await(process, () -> isReady(port));
                    times.put(SEEN.get(1), since(exec));
                }
                await(process, () -> process.output().contains("start " + (situation.isWaiting() ? "first-ack " : "ready ")));
            }
            times.put(CPU, cpuMillis(process.pid()));
            times.put(MEMORY, process.rssBytes() / (1024.0 * 1024));
            STAGE.matcher(process.output()).results().forEach(line -> times.put(line.group(1),
                    Duration.between(wall, Instant.parse(line.group(2))).toNanos() / 1e6));
        } finally {
            process.end(LIMIT);
            ServerFolder.delete(folder);
        }
        return times;
    }

    private HttpRequest event(int port, String topic) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/events/" + topic)).timeout(LIMIT)
                .header("ce-specversion", "1.0").header("ce-id", "1").header("ce-source", "cold-start").header("ce-type", "trade")
                .header("content-type", "application/json").POST(HttpRequest.BodyPublishers.ofByteArray(trade.value())).build();
    }

    private boolean isReady(int port) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/q/health/ready")).timeout(LIMIT).build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(ChildProcess process, BooleanSupplier reached) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!reached.getAsBoolean()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IllegalStateException("It did not come up: " + process.lastWords());
            }
            LockSupport.parkNanos(LOOK_INTERVAL.toNanos());
        }
    }

    private static boolean isOpen(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 100);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private static double since(long exec) {
        return (System.nanoTime() - exec) / 1e6;
    }

    /** User and system, of all its threads. */
    private static double cpuMillis(long pid) {
        return ProcessHandle.of(pid).flatMap(process -> process.info().totalCpuDuration()).map(Duration::toNanos).orElse(0L) / 1e6;
    }

    /** Takes every bulk as stored, and says yes to everything else. */
    private void answer(HttpExchange exchange) throws IOException {
        var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        boolean bulk = exchange.getRequestURI().getPath().endsWith("_bulk");
        if (bulk && storedAt == 0) {
            storedAt = System.nanoTime();
        }
        var answer = !bulk ? "{}" : body.lines().filter(line -> line.startsWith("{\"index\"") || line.startsWith("{\"create\""))
                .map(_ -> "{\"index\":{\"_index\":\"pre1\",\"_id\":\"1\",\"status\":201}}")
                .collect(Collectors.joining(",", "{\"took\":1,\"errors\":false,\"items\":[", "]}"));
        var bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set("X-Elastic-Product", "Elasticsearch");
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(200, head ? -1 : bytes.length);
        if (!head) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    private static void print(Situation situation, Map<String, List<Map<String, Double>>> all) {
        var columns = Stream.of(STAGES, SEEN, List.of(CPU, MEMORY)).flatMap(List::stream)
                .filter(column -> all.values().stream().flatMap(List::stream).anyMatch(start -> start.containsKey(column))).toList();
        System.out.println("\n| " + situation + " | " + String.join(" | ", columns) + " |");
        System.out.println("| --- |" + " --- |".repeat(columns.size()));
        all.forEach((name, starts) -> System.out.println("| " + name + " | "
                + columns.stream().map(column -> cell(starts, column)).collect(Collectors.joining(" | ")) + " |"));
        var last = situation.isWaiting() ? SEEN.get(2) : SEEN.get(1);
        double first = median(all.values().iterator().next(), last);
        System.out.println("\nRatio of \"" + last + "\", " + String.join(" : ", all.keySet()) + " = " + all.values().stream()
                .map(starts -> String.format(Locale.ROOT, "%.2f", median(starts, last) / first)).collect(Collectors.joining(" : ")));
    }

    private static String cell(List<Map<String, Double>> starts, String column) {
        var values = starts.stream().filter(start -> start.containsKey(column)).mapToDouble(start -> start.get(column)).summaryStatistics();
        return values.getCount() == 0 ? "" : String.format(Locale.ROOT, "%.0f (%.0f–%.0f)", median(starts, column), values.getMin(),
                values.getMax());
    }

    private static double median(List<Map<String, Double>> starts, String column) {
        return Figures.median(starts.stream().filter(start -> start.containsKey(column)).mapToDouble(start -> start.get(column)));
    }

    @Override
    public void close() {
        kafka.close();
        elasticsearch.stop(0);
        http.close();
    }
}

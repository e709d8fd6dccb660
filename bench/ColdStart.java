import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
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
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Starts of Penstock in push mode, timed from outside: exec, port open, ready, first record acknowledged. Elasticsearch is a
 * stand-in in this process, so that Penstock alone is measured. Run by bench/cold-start.
 *
 * <p>Arguments: N, then NAME=COMMAND for each variant, the command's words separated by spaces. One start of each variant in
 * turn, so that all share whatever else the machine does.
 */
final class ColdStart {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String RECORD = "{\"timestamp\":1595944295,\"returnCode\":101103,"
            + "\"returnMessage\":\"return has no deal return error[missing **c][seqId:u3Becr8iz*]\"}";

    /** Milliseconds after exec, and memory when the record was acknowledged. */
    private record Start(double port, double ready, double acknowledged, double rssMegabytes) {
    }

    private ColdStart() {
    }

    public static void main(String... args) throws Exception {
        int starts = Integer.parseInt(args[0]);
        var commands = new LinkedHashMap<String, List<String>>();
        for (int i = 1; i < args.length; i++) {
            var parts = args[i].split("=", 2);
            commands.put(parts[0], List.of(parts[1].strip().split("\\s+")));
        }
        var elasticsearch = standIn();
        try {
            var times = new LinkedHashMap<String, List<Start>>();
            for (int round = 0; round <= starts; round++) {
                for (var variant : commands.entrySet()) {
                    var start = start(variant.getValue(), elasticsearch.getAddress().getPort());
                    System.err.printf(Locale.ROOT, "%s %s: port %.0f, ready %.0f, acknowledged %.0f ms%n", round == 0 ? "warm-up" : round,
                            variant.getKey(), start.port(), start.ready(), start.acknowledged());
                    // The first start of each reads the files from disk.
                    if (round > 0) {
                        times.computeIfAbsent(variant.getKey(), _ -> new ArrayList<>()).add(start);
                    }
                }
            }
            print(times);
        } finally {
            elasticsearch.stop(0);
        }
    }

    private static Start start(List<String> command, int elasticsearch) throws Exception {
        int port = freePort();
        var log = Files.createTempFile("penstock-start", ".log");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(Map.of("PENSTOCK_SOURCE", "push", "QUARKUS_HTTP_HOST", "127.0.0.1",
                "QUARKUS_HTTP_PORT", String.valueOf(port), "ELASTICSEARCH_HOSTS", "http://127.0.0.1:" + elasticsearch,
                "PENSTOCK_TOPIC", "trade"));
        try (var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            long exec = System.nanoTime();
            var process = builder.start();
            try {
                while (!isOpen(port)) {
                    check(process, exec, log);
                    Thread.sleep(1);
                }
                double open = since(exec);
                var ready = CompletableFuture.supplyAsync(() -> ready(http, port, process, exec, log), Thread::startVirtualThread);
                acknowledge(http, port, process, exec, log);
                double acknowledged = since(exec);
                double rss = rssMegabytes(process.pid());
                return new Start(open, ready.get(), acknowledged, rss);
            } finally {
                process.destroy();
                if (!process.waitFor(30, TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor();
                }
                Files.deleteIfExists(log);
            }
        }
    }

    private static void acknowledge(HttpClient http, int port, Process process, long exec, Path log) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).timeout(LIMIT)
                .header("ce-specversion", "1.0").header("ce-id", "1").header("ce-source", "cold-start").header("ce-type", "trade")
                .header("content-type", "application/json").POST(HttpRequest.BodyPublishers.ofString(RECORD)).build();
        while (http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() / 100 != 2) {
            check(process, exec, log);
            Thread.sleep(1);
        }
    }

    private static double ready(HttpClient http, int port, Process process, long exec, Path log) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/q/health/ready")).timeout(LIMIT).build();
        try {
            while (http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() != 200) {
                check(process, exec, log);
                Thread.sleep(2);
            }
            return since(exec);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void check(Process process, long exec, Path log) throws IOException {
        if (!process.isAlive() || since(exec) > LIMIT.toMillis()) {
            throw new IllegalStateException("It did not come up:\n" + Files.readString(log));
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

    private static double rssMegabytes(long pid) throws IOException {
        var status = Path.of("/proc/" + pid + "/status");
        return !Files.exists(status) ? Double.NaN : Files.readAllLines(status).stream().filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024).findFirst().orElse(Double.NaN);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Answers every bulk as stored, and everything else with 200. */
    private static HttpServer standIn() throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            long items = body.lines().filter(line -> line.startsWith("{\"index\"") || line.startsWith("{\"create\"")).count();
            var answer = exchange.getRequestURI().getPath().endsWith("_bulk")
                    ? "{\"took\":1,\"errors\":false,\"items\":["
                            + "{\"index\":{\"status\":201}},".repeat((int) items).replaceFirst(",$", "") + "]}"
                    : "{}";
            var bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, exchange.getRequestMethod().equals("HEAD") ? -1 : bytes.length);
            if (!exchange.getRequestMethod().equals("HEAD")) {
                exchange.getResponseBody().write(bytes);
            }
            exchange.close();
        });
        server.start();
        return server;
    }

    private static void print(Map<String, List<Start>> times) {
        System.out.println("| median (min–max), ms after exec | port open | ready | first acknowledged | resident, MB | ratio |");
        System.out.println("| --- | --- | --- | --- | --- | --- |");
        double first = median(times.values().iterator().next().stream().map(Start::acknowledged).toList());
        times.forEach((name, starts) -> System.out.printf(Locale.ROOT, "| %s | %s | %s | %s | %.0f | %.2f |%n", name,
                cell(starts.stream().map(Start::port).toList()), cell(starts.stream().map(Start::ready).toList()),
                cell(starts.stream().map(Start::acknowledged).toList()),
                median(starts.stream().map(Start::rssMegabytes).toList()),
                median(starts.stream().map(Start::acknowledged).toList()) / first));
    }

    private static String cell(List<Double> values) {
        return "%.0f (%.0f–%.0f)".formatted(median(values), values.stream().min(Double::compare).orElseThrow(),
                values.stream().max(Double::compare).orElseThrow());
    }

    private static double median(List<Double> values) {
        var sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}

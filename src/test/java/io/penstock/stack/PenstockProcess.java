package io.penstock.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Penstock in a process of its own, run as a user runs it. What is run is the system property {@code penstock.command}: the
 * path of an executable, or a command with its words separated by spaces; without it the packaged jar on this JDK, by the
 * arguments file {@code penstock.test.arguments} of {@code bin/aot-cache} if that is set. The process ends with this JVM for
 * certain. May be used from any thread.
 */
public final class PenstockProcess implements AutoCloseable {

    private static final Path JAR = Path.of("target/quarkus-app/quarkus-run.jar").toAbsolutePath();
    private static final String AOT_ARGUMENTS = System.getProperty("penstock.test.arguments", "");
    private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};
    private static final Duration READY_LIMIT = Duration.ofSeconds(60);
    private static final Duration RUN_LIMIT = Duration.ofMinutes(4);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final Duration FOR_STACKS = Duration.ofSeconds(2);
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})?\\s+(\\S+)");

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2)).build();
    private final int port;
    private final Path log;
    private final ChildProcess process;

    private PenstockProcess(int port, Path log, ChildProcess process) {
        this.port = port;
        this.log = log;
        this.process = process;
    }

    /** What to start; the same builder may start several, each on a port of its own. */
    public static final class Builder {

        private final Map<String, String> environment = new LinkedHashMap<>();
        private List<String> jvmOptions = List.of("-Xmx256m");
        private List<String> arguments = List.of();
        private @Nullable Path folder;
        private String aotArguments = AOT_ARGUMENTS;

        private Builder() {
        }

        public Builder topic(String topic) {
            return environment("PENSTOCK_TOPIC", topic);
        }

        public Builder index(String index) {
            return environment("PENSTOCK_INDEX", index);
        }

        public Builder group(String group) {
            return environment("PENSTOCK_GROUP_ID", group);
        }

        public Builder routes(Path folder) {
            return environment("PENSTOCK_ROUTES", folder.toAbsolutePath().toString());
        }

        public Builder environment(String name, String value) {
            environment.put(name, value);
            return this;
        }

        /** Instead of {@code -Xmx256m}; of a {@code penstock.command}, only a native executable is given them, and only {@code -Xmx}. */
        public Builder jvmOptions(String... options) {
            jvmOptions = List.of(options);
            return this;
        }

        public Builder arguments(String... words) {
            arguments = List.of(words);
            return this;
        }

        /** Without the AOT cache, as deploy/systemd starts the jar. */
        public Builder jarAlone() {
            aotArguments = "";
            return this;
        }

        /** Where it runs, instead of an empty folder. */
        public Builder folder(Path workingDirectory) {
            folder = workingDirectory;
            return this;
        }

        /** Starts it and returns at once. */
        public PenstockProcess start() {
            int port = FreePort.next();
            var own = ServerFolder.create("penstock");
            var log = own.resolve("log.txt");
            var all = new LinkedHashMap<>(environment);
            all.putIfAbsent("QUARKUS_HTTP_HOST", "127.0.0.1");
            all.put("QUARKUS_HTTP_PORT", String.valueOf(port));
            var command = new ArrayList<>(program(jvmOptions, aotArguments));
            command.addAll(arguments);
            return new PenstockProcess(port, log, ChildProcess.start("penstock", command, all, folder == null ? own : folder, log));
        }
    }

    /** How a subcommand ended, and what it printed. */
    public record Ended(int code, String out, String err) {
    }

    /**
     * Runs a subcommand in {@code folder} and returns when it has ended.
     *
     * @throws IllegalStateException when it has not ended within 4 minutes; it is killed then, and the message has its last lines
     */
    public static Ended run(Path folder, String... arguments) {
        var files = ServerFolder.create("penstock");
        var errors = files.resolve("errors.txt");
        var command = new ArrayList<>(program(List.of(JavaLauncher.FAST_START), AOT_ARGUMENTS));
        command.addAll(List.of(arguments));
        var process = ChildProcess.start("penstock", command, Map.of(), folder, files.resolve("log.txt"), errors);
        try {
            int code = process.await(RUN_LIMIT).orElseThrow(() -> new IllegalStateException(
                    "It did not end within " + RUN_LIMIT + ": " + process.lastWords()));
            return new Ended(code, process.output(), Files.readString(errors));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            process.kill();
        }
    }

    private static List<String> program(List<String> jvmOptions, String aotArguments) {
        var given = System.getProperty("penstock.command", "").strip();
        var command = new ArrayList<String>();
        if (given.isEmpty()) {
            if (!Files.exists(JAR)) {
                throw new IllegalStateException(JAR + " is missing: build it with mvn package -DskipTests");
            }
            command.add(JavaLauncher.java());
            command.addAll(jvmOptions);
            command.addAll(aotArguments.isEmpty() ? List.of("-jar", JAR.toString()) : List.of("@" + aotArguments));
        } else if (Files.isExecutable(Path.of(given))) {
            command.add(Path.of(given).toAbsolutePath().toString());
            if (isNative(Path.of(given))) {
                jvmOptions.stream().filter(option -> option.startsWith("-Xmx")).forEach(command::add);
            }
        } else {
            command.addAll(List.of(given.split("\\s+")));
        }
        return command;
    }

    /** A script that starts a JVM hands on what it is given to Penstock; native code takes its heap's size before that. */
    private static boolean isNative(Path executable) {
        try (var bytes = Files.newInputStream(executable)) {
            return Arrays.equals(bytes.readNBytes(ELF.length), ELF);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With the servers' addresses set, and all else as Penstock has it by default. */
    public static Builder against(Stack stack) {
        return against(stack.kafka().bootstrapServers(), stack.elasticsearch().host());
    }

    /** The same for servers that may not be there. */
    public static Builder against(String bootstrapServers, String elasticsearch) {
        return new Builder().environment("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers).environment("ELASTICSEARCH_HOSTS", elasticsearch);
    }

    /**
     * Returns when it says that it is ready.
     *
     * @throws IllegalStateException when it has ended, or is not ready within 60 s; the message has its last log lines
     */
    public PenstockProcess awaitReady() {
        if (!RealServer.await(() -> !isAlive() || isReady(), READY_LIMIT) || !isAlive()) {
            throw new IllegalStateException("Penstock did not become ready: " + process.lastWords());
        }
        return this;
    }

    /** Whether readiness is up at the moment; false when it does not answer. */
    public boolean isReady() {
        try {
            return get("/q/health/ready").statusCode() == 200;
        } catch (UncheckedIOException _) {
            return false;
        }
    }

    /**
     * Sum of a metric's samples that have all these tags; 0 when there are none, as for a counter that never counted.
     *
     * @param name the name as it stands in the Prometheus text
     * @param tags names and values in turn
     */
    public double metric(String name, String... tags) {
        return sum(get("/q/metrics").body(), name, tags);
    }

    /** As {@link #metric}, of a metrics page that was read already. */
    public static double sum(String text, String name, String... tags) {
        double sum = 0;
        for (var line : (Iterable<String>) text.lines()::iterator) {
            var sample = SAMPLE.matcher(line);
            if (sample.matches() && sample.group(1).equals(name) && hasTags(sample.group(2), tags)) {
                sum += Double.parseDouble(sample.group(3));
            }
        }
        return sum;
    }

    private static boolean hasTags(@Nullable String labels, String... tags) {
        var all = "," + (labels == null ? "" : labels);
        for (int i = 0; i < tags.length; i += 2) {
            if (!all.contains("," + tags[i] + "=\"" + tags[i + 1] + "\"")) {
                return false;
            }
        }
        return true;
    }

    /** @throws UncheckedIOException when it does not answer */
    public HttpResponse<String> get(String path) {
        var request = HttpRequest.newBuilder(URI.create(url() + path)).timeout(Duration.ofSeconds(10))
                .header("Accept", "text/plain, application/json;q=0.9, */*;q=0.1").build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException("Penstock does not answer GET " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for Penstock", e);
        }
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** Memory it uses, in bytes, as the system counts it; Linux only. */
    public long rssBytes() {
        return process.rssBytes();
    }

    /** All it has printed. */
    public String output() {
        return process.output();
    }

    /** Where {@link #output()} is. */
    public Path logFile() {
        return log;
    }

    /** SIGTERM; returns at once. */
    public void signal() {
        ProcessHandle.of(pid()).ifPresent(ProcessHandle::destroy);
    }

    /** SIGHUP; returns when it is sent. */
    public void hangUp() {
        process.hangUp();
    }

    /** SIGKILL; returns when it has ended. */
    public void kill() {
        process.kill();
    }

    /**
     * SIGTERM.
     *
     * @return the exit code
     * @throws IllegalStateException when it has not ended within the limit; the message has its last log lines
     */
    public int terminate(Duration limit) {
        return process.terminate(limit).orElseThrow(() -> stuck(limit));
    }

    /** {@link #terminate(Duration)} within 30 s. */
    public int terminate() {
        return terminate(STOP_LIMIT);
    }

    /** Waits until it ends by itself; otherwise as {@link #terminate(Duration)}. */
    public int awaitEnd(Duration limit) {
        return process.await(limit).orElseThrow(() -> stuck(limit));
    }

    private IllegalStateException stuck(Duration limit) {
        var words = process.lastWords();
        process.printStacks();
        process.await(FOR_STACKS);
        return new IllegalStateException("Penstock did not end within " + limit + ", see its threads in its output: " + words);
    }

    public void freeze() {
        process.freeze();
    }

    public void thaw() {
        process.thaw();
    }

    /** Ends it at once; its output stays until the next test run. */
    @Override
    public void close() {
        process.kill();
    }
}

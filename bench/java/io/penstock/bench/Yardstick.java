package io.penstock.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.penstock.stack.ElasticsearchServer;
import io.penstock.stack.JavaLauncher;
import io.penstock.stack.KafkaBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** {@code bench/run}: all contenders in turn, several rounds, and a table. */
final class Yardstick {

    private static final Path LATEST = Path.of("bench/results/latest.json");
    private static final Path BUILT = Path.of("target/quarkus-app/quarkus-run.jar");
    private static final String BEFORE = "penstock-before";
    private static final String TOPIC = "trade";
    private static final int PARTITIONS = 4;
    /** Who polls ahead is also the slowest by far, and gets this part of the records. */
    private static final int AHEAD = 4;
    private static final List<String> SINKS = List.of("null", "elasticsearch");

    private List<String> only = List.of();
    private List<String> sinks = SINKS;
    private int rounds = 3;
    private int records = 400_000;
    private int warmUp = 1_000_000;
    private long seed = 20200728;
    private double broken;
    private int largest = 10_000;
    private List<String> jvm = List.of(Contender.JVM_OPTIONS.split(" "));
    private @Nullable Path jar;
    private @Nullable Path before;
    private @Nullable Path executable;
    private @Nullable Path profile;
    private @Nullable Path results;

    public static void main(String... args) throws IOException {
        var yardstick = new Yardstick();
        yardstick.options(args);
        System.exit(yardstick.run() ? 0 : 1);
    }

    private void options(String... args) {
        try {
            for (int i = 0; i < args.length; i += 2) {
                var value = args[i + 1];
                switch (args[i]) {
                    case "--only" -> only = List.of(value.split(","));
                    case "--sink" -> sinks = List.of(value.split(","));
                    case "--rounds" -> rounds = Integer.parseInt(value);
                    case "--records" -> records = Integer.parseInt(value);
                    case "--warm-up" -> warmUp = Integer.parseInt(value);
                    case "--seed" -> seed = Long.parseLong(value);
                    case "--broken" -> broken = Double.parseDouble(value) / 100;
                    case "--largest" -> largest = Integer.parseInt(value);
                    case "--jvm" -> jvm = List.of(value.strip().split("\\s+"));
                    case "--jar" -> jar = Path.of(value);
                    case "--before" -> before = Path.of(value);
                    case "--profile" -> profile = Path.of(value).toAbsolutePath();
                    case "--native" -> executable = Path.of(value);
                    case "--results" -> results = Path.of(value);
                    default -> throw new IllegalArgumentException("Unknown option: " + args[i]);
                }
            }
            if (!SINKS.containsAll(sinks)) {
                throw new IllegalArgumentException("Sinks are " + SINKS);
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            System.err.println(e.getMessage() + "; see bench/run --help");
            System.exit(2);
        }
    }

    private boolean run() throws IOException {
        var contenders = contenders();
        var figures = new ArrayList<Figures>();
        boolean right = true;
        try (var kafka = new KafkaBroker(); var elasticsearch = new ElasticsearchServer(Map.of(), JavaLauncher.FAST_AT_LENGTH)) {
            kafka.start();
            if (sinks.contains("elasticsearch")) {
                elasticsearch.start();
            }
            say("Making and producing %,d records ...", warmUp + records);
            var load = new Load(seed, broken, largest, warmUp + records).prepared();
            if (!contenders.stream().allMatch(Contender::pollsAhead)) {
                kafka.createTopic(TOPIC, PARTITIONS);
                load.produce(kafka, TOPIC, 0, load.records(), 0);
            }
            var part = new Load(seed, broken, largest, (warmUp + records) / AHEAD).prepared();
            for (int round = 1; round <= rounds; round++) {
                for (var sink : sinks) {
                    for (var contender : contenders) {
                        var group = "bench-" + contender.name() + "-" + sink + "-" + round;
                        try (var target = sink.equals("null") ? new Sink.Null() : new Sink.Index(elasticsearch, group)) {
                            var run = contender.pollsAhead() ? part(kafka, part, group) : new Run(kafka, TOPIC, load, warmUp);
                            var measured = run.of(contender, target, group, profiling(contender, sink, round));
                            figures.add(measured);
                            say("Round %d, %s, %s: %,.0f records/s, %.1f CPU s per million, %.0f MB, %s bytes allocated per record",
                                    round, sink, contender.name(), measured.recordsPerSecond(), measured.cpuSecondsPerMillion(),
                                    measured.peakRssMb(), known("%,.0f", measured.allocatedPerRecord()));
                        } catch (Run.WrongResultException e) {
                            right = false;
                            say("Round %d, %s, %s: no figure, its result is WRONG: %s", round, sink, contender.name(), e.getMessage());
                        }
                    }
                }
            }
        }
        print(figures);
        // A part of the contenders is no result to keep
        var file = results != null ? results : only.isEmpty() && sinks.equals(SINKS) ? LATEST : null;
        if (file != null) {
            write(file, figures);
        }
        return right;
    }

    /** A recording of one run of Penstock; it costs a little. */
    private List<String> profiling(Contender contender, String sink, int round) {
        return profile != null && round == 1 && sink.equals(sinks.getFirst()) && contender.name().equals("penstock")
                ? List.of("-XX:StartFlightRecording:settings=profile,filename=" + profile) : List.of();
    }

    /** A topic of its own, with the records to warm up. */
    private Run part(KafkaBroker kafka, Load load, String topic) {
        kafka.createTopic(topic, PARTITIONS);
        load.produce(kafka, topic, 0, warmUp / AHEAD, 0);
        return new Run(kafka, topic, load, warmUp / AHEAD);
    }

    private List<Contender> contenders() {
        var all = new LinkedHashMap<String, Supplier<Contender>>();
        all.put("limit", () -> Contender.limit(jvm));
        all.put("camel-plain", Contender::camelPlain);
        var other = jar;
        all.put("penstock", () -> other == null ? Contender.penstock(jvm, BUILT) : Contender.penstock("penstock", jvm, other));
        if (before != null) {
            var older = before;
            all.put(BEFORE, () -> Contender.penstock(BEFORE, jvm, older));
        }
        if (executable != null) {
            var file = executable;
            all.put("penstock-native", () -> Contender.penstockNative(jvm, file));
        }
        if (!all.keySet().containsAll(only)) {
            System.err.println("Contenders are " + all.keySet());
            System.exit(2);
        }
        return all.entrySet().stream().filter(contender -> only.isEmpty() || only.contains(contender.getKey()))
                .map(contender -> contender.getValue().get()).toList();
    }

    private void print(List<Figures> figures) {
        for (var sink : sinks) {
            System.out.printf("%n%s sink, medians of %d, %,d records of up to %,d bytes after %,d to warm up (camel-plain a quarter of both), "
                    + "%.0f %% broken:%n%n", sink, rounds, records, largest, warmUp, 100 * broken);
            System.out.println("| | records/s | CPU s per million | × limit | peak RSS, MB | allocated per record, bytes |");
            System.out.println("| --- | --- | --- | --- | --- | --- |");
            var medians = medians(figures).stream().filter(median -> median.sink().equals(sink)).toList();
            double limit = medians.stream().filter(median -> median.contender().equals("limit"))
                    .mapToDouble(Figures::cpuSecondsPerMillion).findFirst().orElse(Double.NaN);
            for (var median : medians) {
                System.out.printf(Locale.ROOT, "| %s | %,.0f | %.1f | %s | %.0f | %s |%n", median.contender(), median.recordsPerSecond(),
                        median.cpuSecondsPerMillion(), known("%.2f", median.cpuSecondsPerMillion() / limit), median.peakRssMb(),
                        known("%,.0f", median.allocatedPerRecord()));
            }
        }
    }

    private static String known(String format, double value) {
        return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, format, value);
    }

    /** One for each contender and sink, in the order of the first round. */
    private static List<Figures> medians(List<Figures> figures) {
        var groups = new LinkedHashMap<String, List<Figures>>();
        figures.forEach(f -> groups.computeIfAbsent(f.contender() + " " + f.sink(), _ -> new ArrayList<>()).add(f));
        return groups.values().stream().map(group -> new Figures(group.getFirst().contender(), group.getFirst().sink(),
                Math.round(median(group, Figures::records)), median(group, Figures::recordsPerSecond),
                median(group, Figures::cpuSecondsPerMillion), median(group, Figures::peakRssMb),
                median(group, Figures::allocatedPerRecord))).toList();
    }

    private static double median(List<Figures> group, ToDoubleFunction<Figures> value) {
        return Figures.median(group.stream().mapToDouble(value));
    }

    private static void write(Path file, List<Figures> figures) throws IOException {
        var array = medians(figures).stream().filter(median -> !median.contender().equals(BEFORE)).map(median -> {
            var object = new LinkedHashMap<String, Object>();
            object.put("contender", median.contender());
            object.put("sink", median.sink());
            object.put("records", median.records());
            object.put("recordsPerSecond", Math.round(median.recordsPerSecond()));
            object.put("cpuSecondsPerMillion", Math.round(median.cpuSecondsPerMillion() * 100) / 100.0);
            object.put("peakRssMb", Math.round(median.peakRssMb()));
            return (Map<String, Object>) object;
        }).toList();
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(array) + "\n");
    }

    private static void say(String format, Object... arguments) {
        System.err.printf(Locale.ROOT, format + "%n", arguments);
    }
}

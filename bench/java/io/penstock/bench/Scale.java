package io.penstock.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.penstock.bench.simulation.Autoscaler;
import io.penstock.bench.simulation.Chart;
import io.penstock.bench.simulation.KedaAutoscaler;
import io.penstock.bench.simulation.KnativeAutoscaler;
import io.penstock.bench.simulation.Service;
import io.penstock.bench.simulation.Simulation;
import io.penstock.stack.KafkaBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** {@code bench/scale}: its first word says what, the options follow. */
final class Scale {

    private static final Map<String, String> DEFAULTS = Map.of("--jar", "target/quarkus-app/quarkus-run.jar", "--jvm", Contender.JVM_OPTIONS,
            "--minutes", "30", "--rate", "2000", "--largest", "10000", "--records", "300000", "--warm-up", "200000");
    private static final Path MEASURED = Path.of("bench/results/scale.json");
    private static final Path YARDSTICK = Path.of("bench/results/latest.json");
    private static final Path PLOTS = Path.of("docs/scaling");
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private static final int[] PROCESSES = {1, 2, 4};
    private static final int[] PARTITIONS = {4, 16};
    private static final int[] BOUNDS = {1_000, 10_000, 50_000};

    private static final long BURST = 1_000_000_000;
    private static final int BURST_PARTITIONS = 10_000;
    /** A pod with its image there, the process's start, and its group. */
    private static final int START_SECONDS = 10;
    /** What a core does with pushed records, one in a request, by bench/push with 1,000 senders (docs/deploy.md). */
    private static final double PUSHED_PER_SECOND = 1e6 / 53;
    /** An answer takes {@code penstock.push.linger} at least. */
    private static final double PUSHED_PER_PARTITION = 1 / 0.020;
    private static final int LIMIT_SECONDS = 48 * 3_600;
    /** Dollars an hour for a core and half a gigabyte, as containers are sold by the hour. */
    private static final double PRICE = 0.04 + 0.5 * 0.0045;

    private final Map<String, String> options;

    private Scale(Map<String, String> options) {
        this.options = options;
    }

    public static void main(String... args) throws IOException {
        var scale = new Scale(options(args));
        boolean right = switch (args[0]) {
            case "growth" -> Growth.run(scale.contender(), scale.number("--minutes"), scale.number("--rate"), scale.number("--largest"));
            case "burst" -> scale.bursts();
            case "memory" -> scale.memory();
            case "simulate" -> scale.simulate();
            default -> throw new IllegalStateException(args[0]);
        };
        System.exit(right ? 0 : 1);
    }

    private static Map<String, String> options(String... args) {
        var options = new HashMap<>(DEFAULTS);
        for (int i = 1; i < args.length; i += 2) {
            if (i + 1 == args.length || options.replace(args[i], args[i + 1]) == null) {
                System.err.println("Unknown option, or one without a value: " + args[i] + "; see bench/scale --help");
                System.exit(2);
            }
        }
        return options;
    }

    private Contender contender() {
        return Contender.penstock("penstock", List.of(options.getOrDefault("--jvm", "").strip().split("\\s+")), Path.of(options.getOrDefault("--jar", "")));
    }

    private int number(String name) {
        return Integer.parseInt(options.getOrDefault(name, ""));
    }

    private boolean bursts() throws IOException {
        var bursts = new ArrayList<Map<String, Object>>();
        boolean right = true;
        try (var kafka = new KafkaBroker()) {
            kafka.start();
            System.out.println("| partitions | processes | records/s | CPU s per million | Kafka's and the sink's | peak RSS of all, MB |");
            System.out.println("| --- | --- | --- | --- | --- | --- |");
            for (int partitions : PARTITIONS) {
                for (int processes : PROCESSES) {
                    // Each process is to be as warm as one alone
                    int warmUp = processes * number("--warm-up");
                    var load = new Load(20200728, 0, number("--largest"), warmUp + number("--records")).prepared();
                    try {
                        var burst = new Crowd(kafka, contender(), load, warmUp).burst(processes, partitions);
                        System.out.printf(Locale.ROOT, "| %d | %d | %,.0f | %.1f | %.1f | %.0f |%n", partitions, processes,
                                burst.recordsPerSecond(), burst.cpuSecondsPerMillion(), burst.serversSecondsPerMillion(), burst.peakRssMb());
                        bursts.add(object(burst));
                    } catch (Run.WrongResultException e) {
                        right = false;
                        System.out.printf("%d processes, %d partitions: no figure, the result is WRONG: %s%n", processes, partitions,
                                e.getMessage());
                    }
                }
            }
        }
        keep("bursts", bursts);
        return right;
    }

    private boolean memory() throws IOException {
        var load = new Load(20200728, 0, number("--largest"), 200_000).prepared();
        var held = new ArrayList<Crowd.Held>();
        try (var kafka = new KafkaBroker()) {
            kafka.start();
            System.out.println("| penstock.in-flight.records | in flight | live heap, MB | peak RSS, MB |");
            System.out.println("| --- | --- | --- | --- |");
            for (int bound : BOUNDS) {
                var found = new Crowd(kafka, contender(), load, 40_000).held(bound);
                System.out.printf(Locale.ROOT, "| %,d | %,.0f | %.0f | %.0f |%n", bound, found.records(), found.liveMb(), found.peakRssMb());
                held.add(found);
            }
        } catch (Run.WrongResultException e) {
            System.out.println("No figure: " + e.getMessage());
            return false;
        }
        keep("held", held);
        return true;
    }

    private static Map<String, Object> object(Crowd.Outcome burst) {
        var object = new LinkedHashMap<String, Object>();
        object.put("partitions", burst.partitions());
        object.put("processes", burst.processes());
        object.put("recordsPerSecond", Math.round(burst.recordsPerSecond()));
        object.put("cpuSecondsPerMillion", Math.round(burst.cpuSecondsPerMillion() * 100) / 100.0);
        object.put("serversSecondsPerMillion", Math.round(burst.serversSecondsPerMillion() * 100) / 100.0);
        object.put("peakRssMb", Math.round(burst.peakRssMb()));
        object.put("lag", IntStream.range(0, burst.lag().length)
                .mapToObj(i -> List.of(Math.round(burst.seconds()[i] * 10) / 10.0, Math.round(burst.lag()[i]))).toList());
        return object;
    }

    private static void keep(String name, Object value) throws IOException {
        Map<String, Object> all = new LinkedHashMap<>();
        if (Files.exists(MEASURED)) {
            JSON.readTree(MEASURED.toFile()).properties().forEach(property -> all.put(property.getKey(), property.getValue()));
        }
        all.put(name, value);
        Files.createDirectories(MEASURED.getParent());
        Files.writeString(MEASURED, JSON.writeValueAsString(all).replaceAll("\\[ ([\\d.]+), (\\d+) ]", "[$1,$2]") + "\n");
    }

    private record Scenario(String name, Service service, Autoscaler autoscaler, int ready) {
    }

    private boolean simulate() throws IOException {
        Files.createDirectories(PLOTS);
        if (Files.exists(MEASURED)) {
            check(JSON.readTree(MEASURED.toFile()).path("bursts"));
        } else {
            System.out.println("There is no " + MEASURED + ", so nothing is checked: run bench/scale burst");
        }
        double cpu = StreamSupport.stream(JSON.readTree(YARDSTICK.toFile()).spliterator(), false)
                .filter(result -> result.path("contender").asText().equals("penstock") && result.path("sink").asText().equals("null"))
                .mapToDouble(result -> result.path("cpuSecondsPerMillion").asDouble()).findFirst().orElseThrow();
        var pulling = Service.polling(1e6 / cpu, START_SECONDS);
        var pushed = new Service(PUSHED_PER_SECOND, PUSHED_PER_PARTITION, 1, Double.POSITIVE_INFINITY, START_SECONDS);
        System.out.printf(Locale.ROOT, "%nAn instance on a core: %,.0f records/s polled, %,.0f pushed%n%n", 1e6 / cpu, PUSHED_PER_SECOND);
        var keda = new KedaAutoscaler.Settings(10, 60, 10_000, 1_000);
        var knative = KnativeAutoscaler.Settings.DEFAULT;
        var scenarios = Stream.concat(
                IntStream.of(1, 10, 100, 1_000).mapToObj(n -> new Scenario(n + " always there", pulling, Autoscaler.fixed(n), n)),
                Stream.of(new Scenario("KEDA, its defaults", pulling, new KedaAutoscaler(KedaAutoscaler.Settings.DEFAULT), 0),
                        new Scenario("KEDA, its defaults, at most 1,000", pulling, new KedaAutoscaler(new KedaAutoscaler.Settings(30, 300, 10, 1_000)), 0),
                        new Scenario("KEDA as in deploy/, at most 1,000", pulling, new KedaAutoscaler(keda), 0),
                        new Scenario("Knative, its defaults", pushed, new KnativeAutoscaler(knative), 0),
                        new Scenario("Knative as in deploy/, at most 1,000", pushed, new KnativeAutoscaler(knative.with(200, 1_000)), 0),
                        new Scenario("Knative, target 10, at most 1,000", pushed, new KnativeAutoscaler(knative.with(10, 1_000)), 0))).toList();
        System.out.println("| | drained after, s | instances at most | instance hours | dollars |\n| --- | --- | --- | --- | --- |");
        var lag = new Chart("A billion records in 10,000 partitions", "seconds", "records not stored");
        var instances = new Chart("Instances", "seconds", "instances, starting ones included");
        for (var scenario : scenarios) {
            var outcome = new Simulation(scenario.service(), scenario.autoscaler(), BURST, BURST_PARTITIONS, scenario.ready()).run(LIMIT_SECONDS);
            // Who is always there costs on; what counts is the burst
            double hours = (scenario.ready() > 0 ? (double) scenario.ready() * outcome.drainedSeconds() : outcome.instanceSeconds()) / 3_600;
            System.out.printf(Locale.ROOT, "| %s | %,d | %,d | %.1f | %.2f |%n", scenario.name(), outcome.drainedSeconds(),
                    outcome.mostReplicas(), hours, hours * PRICE);
            if (scenario.ready() == 0) {
                plot(lag, scenario.name(), outcome, Simulation.Moment::lag);
                plot(instances, scenario.name(), outcome, Simulation.Moment::replicas);
            }
        }
        Files.writeString(PLOTS.resolve("burst-lag.svg"), lag.svg());
        Files.writeString(PLOTS.resolve("burst-instances.svg"), instances.svg());
        return true;
    }

    private static void plot(Chart chart, String name, Simulation.Outcome outcome, ToLongFunction<Simulation.Moment> value) {
        int every = Math.max(1, outcome.moments().size() / 300);
        var shown = IntStream.range(0, outcome.moments().size()).filter(second -> second % every == 0).mapToObj(outcome.moments()::get).toList();
        chart.line(name, shown.stream().mapToDouble(Simulation.Moment::second).toArray(),
                shown.stream().mapToDouble(value::applyAsLong).toArray());
    }

    /** The real bursts on this machine against the simulation of them: what one process does, and what the cores allow all together. */
    private static void check(JsonNode bursts) throws IOException {
        System.out.println("| partitions | processes | measured records/s | simulated | drained after, s | simulated |");
        System.out.println("| --- | --- | --- | --- | --- | --- |");
        var chart = new Chart("Lag after a burst, 16 partitions, this machine", "seconds", "records not stored");
        int cores = Runtime.getRuntime().availableProcessors();
        for (var burst : bursts) {
            var alone = StreamSupport.stream(bursts.spliterator(), false).filter(other -> other.path("processes").asInt() == 1
                    && other.path("partitions").equals(burst.path("partitions"))).findFirst().orElseThrow();
            double shared = cores * 1e6 / (alone.path("cpuSecondsPerMillion").asDouble() + alone.path("serversSecondsPerMillion").asDouble());
            var service = Service.polling(alone.path("recordsPerSecond").asDouble(), 0).within(shared);
            var measured = StreamSupport.stream(burst.path("lag").spliterator(), false).toList();
            long records = measured.getFirst().get(1).asLong();
            int processes = burst.path("processes").asInt();
            int partitions = burst.path("partitions").asInt();
            var simulated = new Simulation(service, Autoscaler.fixed(processes), records, partitions, processes).run(600);
            double rest = measured.getLast().get(1).asDouble();
            double drained = measured.getLast().get(0).asDouble();
            System.out.printf(Locale.ROOT, "| %d | %d | %,d | %,.0f | %.1f | %.1f |%n", partitions, processes, burst.path("recordsPerSecond").asLong(),
                    Math.min(shared, processes * service.recordsPerSecond()), drained,
                    (records - rest) / Math.min(shared, processes * service.recordsPerSecond()));
            if (partitions == 16) {
                chart.line(processes + " measured", measured.stream().mapToDouble(look -> look.get(0).asDouble()).toArray(),
                        measured.stream().mapToDouble(look -> look.get(1).asDouble()).toArray());
                if (processes != 1) {
                    var moments = simulated.moments().subList(0, Math.max(1, simulated.drainedSeconds()));
                    chart.line(processes + " simulated", DoubleStreams.ofSeconds(moments.size()), DoubleStreams.lag(records, moments));
                }
            }
        }
        Files.writeString(PLOTS.resolve("measured-lag.svg"), chart.svg());
    }

    /** The simulation's points, its beginning included. */
    private static final class DoubleStreams {

        private DoubleStreams() {
        }

        static double[] ofSeconds(int moments) {
            return IntStream.rangeClosed(0, moments).asDoubleStream().toArray();
        }

        static double[] lag(long first, List<Simulation.Moment> moments) {
            return Stream.concat(Stream.of(first), moments.stream().map(Simulation.Moment::lag)).mapToDouble(Long::doubleValue).toArray();
        }
    }
}

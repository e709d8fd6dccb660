package io.penstock.faults;

import io.penstock.stack.ElasticsearchServer;
import io.penstock.stack.KafkaBroker;
import io.penstock.stack.Stack;
import io.penstock.stack.TradeRecords;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** {@code bin/test --faults}. */
public final class Faults {

    private static final int DEFAULT_RECORDS = 18_000;
    private static final int DEFAULT_JOBS = 4;
    private static final double FILTERED = 0.10;
    static final String ELASTICSEARCH_HEAP = "-Xms256m";

    private Faults() {
    }

    /**
     * Options: {@code --seed N --minutes N --records N --jobs N --quick --list --table}, then names of scenarios. Exit code 1 when
     * one is red.
     */
    public static void main(String[] args) throws IOException {
        long seed = ThreadLocalRandom.current().nextInt(1, 1_000_000_000);
        int minutes = 10;
        int records = DEFAULT_RECORDS;
        int jobs = DEFAULT_JOBS;
        boolean quick = false;
        var names = new ArrayList<String>();
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--seed" -> seed = Long.parseLong(args[++i]);
                case "--minutes" -> minutes = Integer.parseInt(args[++i]);
                case "--records" -> records = Integer.parseInt(args[++i]);
                case "--jobs" -> jobs = Integer.parseInt(args[++i]);
                case "--quick" -> quick = true;
                case "--list" -> {
                    Scenarios.all(minutes).forEach(s -> System.out.printf("%-26s %s%n", s.name(), s.what()));
                    return;
                }
                case "--table" -> {
                    System.out.print(Report.tableOfAll(Scenarios.all(minutes)));
                    return;
                }
                default -> names.add(args[i]);
            }
        }
        var known = Scenarios.all(minutes).stream().map(Scenario::name).toList();
        if (!known.containsAll(names)) {
            System.err.println("No such scenario among " + names + "; there are " + known);
            System.exit(2);
        }
        var scenarios = Scenarios.all(minutes).stream()
                .filter(scenario -> names.isEmpty() || names.contains(scenario.name())).toList();
        System.out.println("Seed " + seed + " (the same faults again: bin/test --faults --seed " + seed + ")");
        System.exit(new Suite(scenarios, names.isEmpty(), seed, records, quick).run(jobs) ? 0 : 1);
    }

    /** Servers that allow sessions as short as the suite's. */
    static Stack servers() {
        var kafka = new KafkaBroker(Map.of("group.min.session.timeout.ms", "1000", "auto.create.topics.enable", "true",
                "offsets.retention.check.interval.ms", "2000", "log.retention.check.interval.ms", "1000",
                "log.initial.task.delay.ms", "500", "transaction.max.timeout.ms", "60000"));
        var elasticsearch = new ElasticsearchServer(Map.of(), ELASTICSEARCH_HEAP);
        var other = Thread.ofPlatform().start(elasticsearch::start);
        kafka.start();
        try {
            other.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new Stack(kafka, elasticsearch);
    }

    /** Runs a scenario with one share of broken records, whose faults come from the seed and these alone. */
    static Result run(Scenario scenario, double broken, Stack stack, long seed, int records, double intensity) {
        long own = seed * 31 + scenario.name().hashCode() + Math.round(broken * 1000);
        var topic = scenario.name() + (broken > 0 ? "-broken-" : "-") + Long.toString(System.nanoTime() & 0xffffffL, 36);
        try (var trial = new Trial(scenario, stack, topic, new TradeRecords(own & 0xffffff, FILTERED, broken), own, records, intensity)) {
            return trial.run();
        } finally {
            if (stack.kafka().isAlive() && stack.elasticsearch().isAlive()) {
                stack.elasticsearch().delete("/" + topic);
            }
        }
    }

    /** Scenarios by name, for tests. */
    static List<Scenario> named(String... names) {
        return Scenarios.all(1).stream().filter(scenario -> List.of(names).contains(scenario.name())).toList();
    }
}

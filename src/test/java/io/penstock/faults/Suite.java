package io.penstock.faults;

import io.penstock.stack.Stack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs variants side by side. Each worker has servers of its own, so that no variant notices what another does to its servers.
 */
final class Suite {

    /** A third of the faults, when it is to be quick. */
    private static final double QUICK = 0.34;

    private record Variant(Scenario scenario, double broken) {
    }

    private final List<Variant> variants;
    private final Queue<Variant> waiting;
    private final long seed;
    private final int records;
    private final boolean quick;
    private final boolean whole;
    private final List<Result> results = new ArrayList<>();
    private final long begun = System.nanoTime();
    private int started;

    /**
     * @param whole whether these are all scenarios there are
     * @param quick only with the most broken records of each scenario, and with fewer faults
     */
    Suite(List<Scenario> scenarios, boolean whole, long seed, int records, boolean quick) {
        this.variants = scenarios.stream().flatMap(scenario -> quick
                ? Stream.of(new Variant(scenario, Arrays.stream(scenario.variants()).max().orElse(0)))
                : Arrays.stream(scenario.variants()).mapToObj(broken -> new Variant(scenario, broken))).toList();
        // What takes longest first, so that no worker is left with it at the end
        this.waiting = new ConcurrentLinkedQueue<>(variants.stream()
                .sorted(Comparator.comparingInt(variant -> -variant.scenario.weight())).toList());
        this.seed = seed;
        this.records = records;
        this.quick = quick;
        this.whole = whole && !quick;
    }

    /** Returns whether all were right. */
    boolean run(int jobs) {
        var workers = new ArrayList<Thread>();
        for (int i = 0; i < Math.min(jobs, variants.size()); i++) {
            workers.add(Thread.ofPlatform().name("worker-" + i).start(this::work));
        }
        for (var worker : workers) {
            try {
                worker.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        say("\n" + Report.table(ordered()) + "\nTook " + minutes());
        return results.size() == variants.size() && results.stream().allMatch(Result::right);
    }

    private void work() {
        @Nullable Stack servers = null;
        for (var variant = waiting.poll(); variant != null; variant = waiting.poll()) {
            if (servers == null) {
                servers = Faults.servers();
            }
            begin(variant);
            var result = Faults.run(variant.scenario, variant.broken, servers, seed, records, quick ? QUICK : 1);
            end(result);
            // What a red one left of its servers is nothing to build on
            if (!result.right() || !servers.kafka().isAlive() || !servers.elasticsearch().isAlive()) {
                servers.close();
                servers = null;
            }
        }
        if (servers != null) {
            servers.close();
        }
    }

    private synchronized void begin(Variant variant) {
        say("%s  %d of %d begins: %s, %.0f %% broken".formatted(minutes(), ++started, variants.size(), variant.scenario.name(),
                variant.broken * 100));
    }

    private synchronized void end(Result result) {
        results.add(result);
        say(minutes() + "  " + result);
        result.notes().forEach(note -> say("           " + note));
        if (!result.right()) {
            result.remarks().forEach(remark -> say("      " + remark));
            if (result.audit() != null) {
                say("      " + result.audit().toString().replace("\n", "\n      "));
            }
            if (!result.tooEarly().isEmpty()) {
                say("      committed too early: " + result.tooEarly().stream().limit(5).toList());
            }
            result.logs().forEach(log -> say("      log: " + log));
        }
        try {
            Report.write(seed, whole, ordered());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Result> ordered() {
        var order = variants.stream().map(variant -> variant.scenario.name()).toList();
        return results.stream().sorted(Comparator.<Result>comparingInt(result -> order.indexOf(result.scenario()))
                .thenComparingDouble(Result::brokenShare)).toList();
    }

    private String minutes() {
        var since = Duration.ofNanos(System.nanoTime() - begun);
        return "%02d:%02d".formatted(since.toMinutes(), since.toSecondsPart());
    }

    private static void say(String line) {
        System.out.println(line);
    }
}

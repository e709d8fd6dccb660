package io.penstock.bench;

import io.penstock.stack.ChildProcess;
import io.penstock.stack.KafkaBroker;
import io.penstock.stack.ServerFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Whether Penstock's memory grows while records come at a steady rate: once a minute the heap after a full collection, which is what is
 * alive, and the memory the system counts. It grows if the last third's median of the live heap is above the middle third's by more
 * than a tenth: the first third is for warming up.
 */
final class Growth {

    private static final String TOPIC = "trade";
    private static final Duration EVERY = Duration.ofMinutes(1);
    private static final Duration COLLECTION_LIMIT = Duration.ofSeconds(30);
    private static final double TOLERANCE = 1.1;

    private record Look(long seconds, double liveMb, double rssMb) {
    }

    private Growth() {
    }

    /** @return whether the memory stays, and the records are all there and right */
    static boolean run(Contender contender, int minutes, int perSecond, int largest) throws IOException {
        var load = new Load(20200728, 0.01, largest, minutes * 60 * perSecond).prepared();
        var folder = ServerFolder.create("growth");
        var collections = folder.resolve("gc.log");
        try (var kafka = new KafkaBroker(); var sink = new Sink.Null()) {
            kafka.start();
            kafka.createTopic(TOPIC, 4);
            var run = new Run(kafka, TOPIC, load, 0);
            var process = ChildProcess.start("penstock", contender.command(List.of(Allocation.option(collections))),
                    run.environment(sink, "growth"), folder, folder.resolve("log.txt"));
            try {
                var producing = CompletableFuture.runAsync(() -> load.produce(kafka, TOPIC, 0, load.records(), perSecond),
                        task -> Thread.ofPlatform().start(task));
                var looks = looks(process, collections, minutes);
                producing.join();
                run.mark(process, sink, load.documents());
                run.awaitCommits(process, "growth");
                process.end(Duration.ofSeconds(40));
                run.verify(sink, "growth");
                return stays(looks);
            } catch (Run.WrongResultException e) {
                System.out.println("Its result is WRONG: " + e.getMessage());
                return false;
            } finally {
                process.kill();
            }
        }
    }

    private static List<Look> looks(ChildProcess process, Path collections, int minutes) throws IOException {
        var looks = new ArrayList<Look>();
        System.out.println("| minute | live heap, MB | resident, MB |\n| --- | --- | --- |");
        long start = System.nanoTime();
        for (int minute = 1; minute < minutes; minute++) {
            long due = start + minute * EVERY.toNanos();
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            var look = new Look(minute * EVERY.toSeconds(), liveMb(process, collections), process.rssBytes() / (double) (1 << 20));
            System.out.printf(Locale.ROOT, "| %d | %.1f | %.0f |%n", minute, look.liveMb(), look.rssMb());
            looks.add(look);
        }
        return looks;
    }

    private static boolean stays(List<Look> looks) {
        boolean grows = grows(looks.stream().map(Look::liveMb).toList());
        System.out.println(grows ? "It GROWS" : "It does not grow");
        return !grows;
    }

    /** Whether the live heap grows, by its megabytes at each look. */
    static boolean grows(List<Double> liveMb) {
        int third = liveMb.size() / 3;
        double middle = median(liveMb.subList(third, 2 * third));
        double last = median(liveMb.subList(2 * third, liveMb.size()));
        System.out.printf(Locale.ROOT, "%nLive heap: %.1f MB in the middle third, %.1f MB in the last, medians%n", middle, last);
        // So that none at all is no proof
        return !(last <= middle * TOLERANCE);
    }

    private static double median(List<Double> values) {
        return Figures.median(values.stream().mapToDouble(Double::doubleValue));
    }

    /** After a full collection. */
    static double liveMb(ChildProcess process, Path collections) throws IOException {
        long before = Allocation.fullCollections(collections);
        try {
            var collect = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                    String.valueOf(process.pid()), "GC.run").redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            if (!collect.waitFor(COLLECTION_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                collect.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for a collection", e);
        }
        if (Allocation.fullCollections(collections) == before) {
            throw new IllegalStateException("No full collection: " + process.lastWords());
        }
        return Allocation.lastLiveMb(collections);
    }
}

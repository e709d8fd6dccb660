package io.penstock.faults;

import io.penstock.stack.CuttingProxy.Mode;
import io.penstock.stack.Trade;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.CompressionType;

/** The machine runs short of something; and all faults at once. */
final class MachineFaults {

    /** The heap, and what a JVM with this many classes and threads needs beside it. */
    private static final long LIMIT_BYTES = 384L << 20;

    private MachineFaults() {
    }

    static List<Scenario> all(int soakMinutes) {
        return List.of(
                Scenario.of("disk-full", "the disk of file: dead letters is full, later it is not", MachineFaults::diskFull)
                        .broken(0.01, 0.05),
                Scenario.of("memory", "-Xmx128m, Elasticsearch down, records of up to 900 kB", MachineFaults::memory).heavy(4),
                Scenario.of("soak", "a fault of a random kind every few seconds", trial -> soak(trial, soakMinutes)).heavy(100));
    }

    /** On a file system of 256 KiB where this process may mount one; where not, without a verdict, and it says so. */
    private static void diskFull(Trial trial) throws Exception {
        var folder = Files.createTempDirectory(Files.createDirectories(Path.of("target/faults")), "disk").toAbsolutePath();
        if (shell("mount", "-t", "tmpfs", "-o", "size=256k,nr_inodes=20000", "tmpfs", folder.toString()) != 0) {
            trial.remark("no tmpfs can be mounted here: run as root, or leave this scenario out");
            return;
        }
        trial.closed(() -> shell("umount", "-l", folder.toString()));
        var filler = folder.resolve("filler");
        Files.write(filler, new byte[200 << 10]);
        // Its dead letters are files, which the watcher does not know
        trial.unwatched();
        trial.setting("penstock.dead-letters.uri", "file:" + folder.resolve("letters"));
        trial.begin();
        trial.load().send(trial.records() / 2);
        trial.check(Trial.await(() -> trial.penstock().output().contains("does not take dead letters"), Duration.ofSeconds(60)),
                "the disk was never full: no fault was had");
        trial.fault();
        shell("mount", "-o", "remount,size=64m", folder.toString());
        trial.load().send(trial.records() - trial.load().sent());
        trial.settle();
        long expected = IntStream.range(0, trial.records())
                .filter(number -> trial.trades().trade(number).outcome() instanceof Trade.DeadLettered).count();
        try (var letters = Files.list(folder.resolve("letters"))) {
            var all = letters.toList();
            trial.audited(all.size());
            trial.check(all.size() == expected, all.size() + " files for " + expected + " dead letters");
            for (var letter : all) {
                try {
                    new ObjectMapper().readTree(letter.toFile());
                    trial.check(Files.size(letter) > 0, letter.getFileName() + " is empty");
                } catch (IOException e) {
                    trial.remark(letter.getFileName() + " is not whole: " + e.getClass().getSimpleName());
                }
            }
        }
        trial.expect(audit -> audit.uncommitted().isEmpty() && audit.lost().size() == expected && audit.unexplained().isEmpty()
                && audit.wrongContent().isEmpty());
    }

    private static int shell(String... words) throws IOException, InterruptedException {
        return new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
    }

    private static void memory(Trial trial) throws Exception {
        var proxy = trial.proxy();
        trial.heap("128m");
        trial.routes(RecordFaults.PLAIN_ROUTE);
        // Taking such texts apart would keep Elasticsearch itself busy beyond every timeout
        trial.elasticsearch().put("/" + trial.topic(), "{\"mappings\":{\"dynamic\":false}}").ok();
        trial.beginWithoutLoad(_ -> false);
        int records = 200;
        int letters = 0;
        for (int round = 0; round < 3; round++) {
            proxy.mode(round == 0 ? Mode.REFUSE : round == 1 ? Mode.SWALLOW : Mode.DROP);
            try (var producer = RecordFaults.producer(trial, CompressionType.GZIP)) {
                for (int i = 0; i < records; i++) {
                    int length = trial.random().nextInt(100_000, 900_000);
                    // Half of them compress to nearly nothing, which a fetch limit in bytes does not see
                    var text = trial.random().nextBoolean() ? "x".repeat(length)
                            : Base64.getEncoder().encodeToString(RecordFaults.bytes(trial.random(), length / 4 * 3));
                    boolean broken = RecordFaults.isBroken(trial);
                    letters += broken ? 1 : 0;
                    producer.send(new ProducerRecord<>(trial.topic(), RecordFaults.document(i, text, broken)));
                }
            }
            trial.pause(6_000, 10_000);
            trial.fault();
            trial.check(trial.penstock().isAlive(), "Penstock has ended");
            if (round == 0) {
                double polled = trial.penstock().metric("penstock_records_polled_total");
                trial.pause(1_000, 1_000);
                trial.check(trial.penstock().metric("penstock_records_polled_total") == polled && polled < records,
                        "partitions are not paused though nothing can be stored");
            }
            proxy.mode(Mode.PASS);
            trial.pause(1_000, 3_000);
        }
        RecordFaults.settled(trial, 3 * records, letters);
        trial.check(trial.peakRss() < LIMIT_BYTES, "used " + (trial.peakRss() >> 20) + " MB");
        trial.note("peak memory %d MB of at most %d MB".formatted(trial.peakRss() >> 20, LIMIT_BYTES >> 20));
    }

    private static void soak(Trial trial, int minutes) throws Exception {
        var proxy = trial.proxy();
        trial.begin();
        // The broken ones' is the long one
        var duration = trial.trades().brokenShare() > 0 ? Duration.ofMinutes(minutes) : Duration.ofMinutes(minutes).dividedBy(4);
        long end = System.nanoTime() + duration.toNanos();
        var modes = List.of(Mode.CUT, Mode.SWALLOW, Mode.DROP, Mode.REFUSE);
        while (System.nanoTime() < end) {
            trial.load().send(trial.records() / 3);
            trial.pause(0, 2_000);
            switch (trial.random().nextInt(12)) {
                case 0 -> {
                    trial.penstock().kill();
                    trial.start();
                }
                case 1 -> {
                    trial.penstock().terminate();
                    trial.start();
                }
                case 2 -> trial.elasticsearch().restartAfterKill();
                case 3 -> {
                    trial.elasticsearch().freeze();
                    trial.pause(500, 5_000);
                    trial.elasticsearch().thaw();
                }
                case 4 -> {
                    trial.kafka().kill();
                    trial.pause(0, 2_000);
                    trial.kafka().start();
                }
                case 5, 6 -> {
                    trial.penstock().freeze();
                    trial.pause(1_000, 7_000);
                    trial.penstock().thaw();
                }
                default -> {
                    proxy.mode(modes.get(trial.random().nextInt(modes.size())));
                    trial.pause(200, 4_000);
                    proxy.mode(Mode.PASS);
                }
            }
            trial.fault();
        }
    }
}

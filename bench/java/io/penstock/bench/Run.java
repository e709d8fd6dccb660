package io.penstock.bench;

import io.penstock.stack.Audit;
import io.penstock.stack.ChildProcess;
import io.penstock.stack.FreePort;
import io.penstock.stack.KafkaBroker;
import io.penstock.stack.ServerFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * One contender's run over a topic, from its start until all of the topic is stored and committed. It is measured when it is warm,
 * between two marks. The topic is full already, and the second mark lies shortly before the end. For a contender that polls far ahead
 * of what it has stored, this would leave out what it has done before: for it, the first mark is where it has stored all there is, then
 * the rest is produced, and the second mark is the end. One thread.
 *
 * @param warmUp records before the first mark
 */
record Run(KafkaBroker kafka, String topic, Load load, int warmUp) {

    private static final Duration LOOK = Duration.ofMillis(20);
    private static final Duration STALL_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(40);
    /** The last bulks are not full and wait for more, and what is in flight at the first mark must be so at the second. */
    private static final int REST = 12_000;

    /** A run whose documents are not all there and right, so that it has no figures. */
    static final class WrongResultException extends Exception {
        WrongResultException(String message) {
            super(message);
        }
    }

    record Mark(long nanos, long millis, Duration cpu, long documents) {
    }

    /**
     * @param jvm what a JVM is started with beside the contender's own options
     * @throws WrongResultException if it did not do its job
     */
    Figures of(Contender contender, Sink sink, String group, List<String> jvm) throws WrongResultException, IOException {
        var folder = ServerFolder.create(contender.name());
        var collections = folder.resolve("gc.log");
        var options = new ArrayList<>(jvm);
        options.add(Allocation.option(collections));
        var process = ChildProcess.start(contender.name(), contender.command(options), environment(sink, group), folder,
                folder.resolve("log.txt"));
        Mark first;
        Mark second;
        double peakRssMb;
        try {
            first = mark(process, sink, load.documents(warmUp));
            if (contender.pollsAhead()) {
                load.produce(kafka, topic, warmUp, load.records(), 0);
                second = mark(process, sink, load.documents());
            } else {
                second = mark(process, sink, Math.max(load.documents(warmUp) + 1, load.documents() - REST));
                mark(process, sink, load.documents());
            }
            awaitCommits(process, group);
            peakRssMb = peakRssMb(process.pid());
        } finally {
            process.end(STOP_LIMIT);
        }
        int rewritten = verify(sink, group);
        if (rewritten > 0) {
            // The sink's count, by which it is measured, has them
            throw new WrongResultException("%,d documents were written more than once".formatted(rewritten));
        }
        double perRecord = (double) load.records() / load.documents();
        double records = (second.documents() - first.documents()) * perRecord;
        double seconds = (second.nanos() - first.nanos()) / 1e9;
        double allocated = contender.isOnJvm() ? Allocation.perMilli(collections, first.millis(), second.millis()) : Double.NaN;
        return new Figures(contender.name(), sink.name(), Math.round(records), records / seconds,
                second.cpu().minus(first.cpu()).toNanos() / 1e3 / records, peakRssMb,
                allocated * (second.millis() - first.millis()) / records);
    }

    static String deadLetterTopic(String group) {
        return group + ".dead-letters";
    }

    Map<String, String> environment(Sink sink, String group) {
        var environment = new LinkedHashMap<String, String>();
        environment.put("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
        environment.put("ELASTICSEARCH_HOSTS", sink.host());
        environment.put("PENSTOCK_TOPIC", topic);
        environment.put("PENSTOCK_INDEX", group);
        environment.put("PENSTOCK_GROUP_ID", group);
        environment.put("PENSTOCK_DEAD_LETTERS_URI", "kafka:" + deadLetterTopic(group));
        environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
        environment.put("QUARKUS_HTTP_PORT", String.valueOf(FreePort.next()));
        return environment;
    }

    Mark mark(ChildProcess process, Sink sink, long documents) throws WrongResultException {
        long seen = -1;
        long moved = System.nanoTime();
        while (true) {
            long taken = sink.taken();
            long now = System.nanoTime();
            if (taken >= documents) {
                return new Mark(now, System.currentTimeMillis(), process.cpu(), taken);
            }
            if (taken > seen) {
                seen = taken;
                moved = now;
            }
            if (!process.isAlive() || now - moved > STALL_LIMIT.toNanos()) {
                throw new WrongResultException("it stands still at %,d of %,d documents: %s".formatted(taken, load.documents(),
                        process.lastWords()));
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    static double peakRssMb(long pid) throws IOException {
        var status = Path.of("/proc/" + pid + "/status");
        if (!Files.exists(status)) {
            return Double.NaN;
        }
        try (var lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024).findFirst().orElse(Double.NaN);
        }
    }

    /** What is not committed now is at its end; {@link #verify} looks again. */
    void awaitCommits(ChildProcess process, String group) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (process.isAlive() && System.nanoTime() < end && !Audit.uncommitted(kafka, topic, group).isEmpty()) {
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
    }

    /** Returns how often a document was written again. */
    int verify(Sink sink, String group) throws WrongResultException, IOException {
        var verification = new Verification(load);
        sink.examine(verification);
        verification.deadLetters(kafka, deadLetterTopic(group));
        var verdict = verification.verdict();
        var uncommitted = Audit.uncommitted(kafka, topic, group);
        if (!verdict.isEmpty() || !uncommitted.isEmpty()) {
            throw new WrongResultException(verdict + (uncommitted.isEmpty() ? "" : " not committed: " + uncommitted));
        }
        return verification.rewritten();
    }
}

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
 * One contender's run over a topic that is full already, from its start until all of the topic is stored and committed. It is
 * measured between two marks: when it is warm, and shortly before the end. One thread.
 *
 * @param warmUp records before the first mark
 * @param jvm    what a JVM is started with beside the contender's own options
 */
record Run(KafkaBroker kafka, String topic, Load load, int warmUp, List<String> jvm) {

    private static final Duration LOOK = Duration.ofMillis(20);
    private static final Duration STALL_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(40);
    /** The last bulks are not full and wait for more. */
    private static final double END = 0.97;

    /** A run whose documents are not all there and right, so that it has no figures. */
    static final class WrongResultException extends Exception {
        WrongResultException(String message) {
            super(message);
        }
    }

    private record Mark(long nanos, long millis, Duration cpu, long documents) {
    }

    /** @throws WrongResultException if it did not do its job */
    Figures of(Contender contender, Sink sink, String group) throws WrongResultException, IOException {
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
            first = mark(process, sink, documents(warmUp));
            second = mark(process, sink, Math.max(documents(warmUp) + 1, (long) (load.documents() * END)));
            mark(process, sink, load.documents());
            awaitCommits(process, group);
            peakRssMb = peakRssMb(process.pid());
        } finally {
            process.end(STOP_LIMIT);
        }
        verify(sink, group);
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

    private Map<String, String> environment(Sink sink, String group) {
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

    private long documents(long records) {
        return records * load.documents() / load.records();
    }

    private Mark mark(ChildProcess process, Sink sink, long documents) throws WrongResultException {
        long seen = -1;
        long moved = System.nanoTime();
        while (true) {
            long taken = sink.taken();
            long now = System.nanoTime();
            if (taken >= documents) {
                return new Mark(now, System.currentTimeMillis(), cpu(process), taken);
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

    private static Duration cpu(ChildProcess process) {
        return ProcessHandle.of(process.pid()).flatMap(handle -> handle.info().totalCpuDuration())
                .orElseThrow(() -> new IllegalStateException("No CPU time is known of " + process.lastWords()));
    }

    private static double peakRssMb(long pid) throws IOException {
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
    private void awaitCommits(ChildProcess process, String group) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (process.isAlive() && System.nanoTime() < end && !Audit.uncommitted(kafka, topic, group).isEmpty()) {
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
    }

    private void verify(Sink sink, String group) throws WrongResultException, IOException {
        var verification = new Verification(load);
        sink.examine(verification);
        verification.deadLetters(kafka, deadLetterTopic(group));
        var verdict = verification.verdict();
        var uncommitted = Audit.uncommitted(kafka, topic, group);
        if (!verdict.isEmpty() || !uncommitted.isEmpty()) {
            throw new WrongResultException(verdict + (uncommitted.isEmpty() ? "" : " not committed: " + uncommitted));
        }
    }
}

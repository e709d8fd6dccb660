package io.penstock.bench;

import io.penstock.stack.ChildProcess;
import io.penstock.stack.KafkaBroker;
import io.penstock.stack.PenstockProcess;
import io.penstock.stack.ServerFolder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.GroupState;

/**
 * Several processes of Penstock in one group, warm and idle, and a burst that comes over them, on the null sink. They are frozen while
 * it is produced, for less than their session lasts, so that it comes at once; then they share this machine's cores with Kafka and the
 * sink. One thread.
 *
 * @param warmUp records before the burst
 */
record Crowd(KafkaBroker kafka, Contender contender, Load load, int warmUp) {

    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration DRAIN_LIMIT = Duration.ofMinutes(5);
    private static final Duration JOIN_LIMIT = Duration.ofSeconds(120);
    /** What is left of a burst when its last bulks are not full any more. */
    private static final int REST = 12_000;

    /**
     * @param recordsPerSecond           all processes together
     * @param cpuSecondsPerMillion       all processes' own
     * @param serversSecondsPerMillion   Kafka's and the sink's
     * @param peakRssMb                  all processes together
     * @param seconds                    since the burst was there, of each look
     * @param lag                        records in Kafka that were not stored, at each look
     */
    record Outcome(int processes, int partitions, double recordsPerSecond, double cpuSecondsPerMillion, double serversSecondsPerMillion,
            double peakRssMb, double[] seconds, double[] lag) {
    }

    /** @throws Run.WrongResultException if the documents are not all there and right */
    Outcome burst(int processes, int partitions) throws Run.WrongResultException, IOException {
        var topic = "burst-" + partitions + "-" + processes;
        kafka.createTopic(topic, partitions);
        var run = new Run(kafka, topic, load, warmUp);
        var members = new ArrayList<ChildProcess>();
        try (var sink = new Sink.Null()) {
            try {
                for (int i = 0; i < processes; i++) {
                    members.add(start(run, sink, topic));
                }
                awaitMembers(members, topic);
                load.produce(kafka, topic, 0, warmUp, 0);
                run.mark(members.getFirst(), sink, load.documents(warmUp));
                var outcome = burst(run, members, sink, topic, partitions);
                run.awaitCommits(members.getFirst(), topic);
                members.forEach(member -> member.terminate(Duration.ofSeconds(40)));
                run.verify(sink, topic);
                return outcome;
            } finally {
                members.forEach(ChildProcess::kill);
            }
        }
    }

    private Outcome burst(Run run, List<ChildProcess> members, Sink.Null sink, String topic, int partitions)
            throws Run.WrongResultException, IOException {
        int warm = load.documents(warmUp);
        double perDocument = (double) (load.records() - warmUp) / (load.documents() - warm);
        var seconds = new ArrayList<Double>();
        var lag = new ArrayList<Double>();
        members.forEach(ChildProcess::freeze);
        load.produce(kafka, topic, warmUp, load.records(), 0);
        var cpu = cpu(members);
        var first = phase(sink);
        members.forEach(ChildProcess::thaw);
        var last = first;
        while (last.taken() < load.documents() - REST) {
            if (last.nanos() - first.nanos() > DRAIN_LIMIT.toNanos()) {
                throw new Run.WrongResultException("the burst of " + topic + " is not stored within " + DRAIN_LIMIT);
            }
            seconds.add((last.nanos() - first.nanos()) / 1e9);
            lag.add((load.documents() - last.taken()) * perDocument);
            LockSupport.parkNanos(LOOK.toNanos());
            last = phase(sink);
        }
        seconds.add((last.nanos() - first.nanos()) / 1e9);
        lag.add((load.documents() - last.taken()) * perDocument);
        double cpuSeconds = cpu(members).minus(cpu).toNanos() / 1e9;
        run.mark(members.getFirst(), sink, load.documents());
        double records = (last.taken() - first.taken()) * perDocument;
        double peak = 0;
        for (var member : members) {
            peak += Run.peakRssMb(member.pid());
        }
        return new Outcome(members.size(), partitions, records / ((last.nanos() - first.nanos()) / 1e9), cpuSeconds * 1e6 / records,
                last.serversCpu().minus(first.serversCpu()).toNanos() / 1e3 / records, peak,
                seconds.stream().mapToDouble(Double::doubleValue).toArray(), lag.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private Phase phase(Sink.Null sink) {
        return new Phase(System.nanoTime(), sink.taken(), kafka.cpu().plus(sink.cpu()));
    }

    private record Phase(long nanos, long taken, Duration serversCpu) {
    }

    /**
     * @param records       under way when it was looked at
     * @param liveMb        the heap after a full collection
     */
    record Held(int bound, double records, double liveMb, double peakRssMb) {
    }

    /** What one process holds when it may have {@code bound} records under way, and a sink that answers after a second keeps it there. */
    Held held(int bound) throws Run.WrongResultException, IOException {
        var topic = "held-" + bound;
        kafka.createTopic(topic, 4);
        load.produce(kafka, topic, 0, load.records(), 0);
        var run = new Run(kafka, topic, load, warmUp);
        try (var sink = new Sink.Null(Duration.ofSeconds(1)); var http = HttpClient.newHttpClient()) {
            var environment = Map.of("PENSTOCK_IN_FLIGHT_RECORDS", String.valueOf(bound));
            var folder = ServerFolder.create("held");
            var collections = folder.resolve("gc.log");
            var all = new LinkedHashMap<>(run.environment(sink, topic));
            all.putAll(environment);
            var process = ChildProcess.start("penstock", contender.command(List.of(Allocation.option(collections))), all, folder,
                    folder.resolve("log.txt"));
            try {
                run.mark(process, sink, load.documents(warmUp));
                var metrics = http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + all.get("QUARKUS_HTTP_PORT") + "/q/metrics"))
                        .header("Accept", "text/plain").build(), HttpResponse.BodyHandlers.ofString()).body();
                double live = Growth.liveMb(process, collections);
                return new Held(bound, PenstockProcess.sum(metrics, "penstock_records_in_flight"), live, Run.peakRssMb(process.pid()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            } finally {
                process.kill();
            }
        }
    }

    private ChildProcess start(Run run, Sink sink, String group) {
        var folder = ServerFolder.create(contender.name());
        return ChildProcess.start(contender.name(), contender.command(List.of()), run.environment(sink, group), folder,
                folder.resolve("log.txt"));
    }

    /** Until each process is a member with partitions of its own. */
    private void awaitMembers(List<ChildProcess> processes, String group) {
        long end = System.nanoTime() + JOIN_LIMIT.toNanos();
        while (!joined(processes.size(), group)) {
            for (var process : processes) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    throw new IllegalStateException("The group did not come together: " + process.lastWords());
                }
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    private boolean joined(int members, String group) {
        try {
            var description = kafka.admin().describeConsumerGroups(List.of(group)).describedGroups().get(group).get();
            return description.groupState() == GroupState.STABLE && description.members().stream()
                    .filter(member -> !member.assignment().topicPartitions().isEmpty()).count() == members;
        } catch (ExecutionException _) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for the group", e);
        }
    }

    private static Duration cpu(List<ChildProcess> processes) {
        return processes.stream().map(ChildProcess::cpu).reduce(Duration.ZERO, Duration::plus);
    }
}

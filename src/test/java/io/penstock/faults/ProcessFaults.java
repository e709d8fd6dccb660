package io.penstock.faults;

import io.penstock.stack.CuttingProxy.Mode;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Penstock itself is ended, politely or not. */
final class ProcessFaults {

    private static final int KILLS = 20;
    private static final int STOPS = 6;
    private static final Duration LIMIT = Duration.ofSeconds(10);
    /** A killed member's partitions are free after this. */
    private static final Map<String, String> SHORT_SESSION = Map.of("camel.component.kafka.session-timeout-ms", "2000",
            "camel.component.kafka.heartbeat-interval-ms", "500");

    private ProcessFaults() {
    }

    static List<Scenario> all() {
        return List.of(
                Scenario.of("kill", "Penstock gets SIGKILL during the poll, an open aggregation, a bulk, a dead letter, a commit",
                        SHORT_SESSION, ProcessFaults::kill).heavy(8),
                Scenario.of("terminate", "Penstock gets SIGTERM at the same moments", ProcessFaults::terminate).heavy(3),
                Scenario.of("terminate-twice", "Penstock gets a second SIGTERM while it stops, at the same moments",
                        SHORT_SESSION, ProcessFaults::terminateTwice).heavy(3),
                Scenario.of("terminate-without-es", "Penstock gets SIGTERM while Elasticsearch is down",
                        Map.of("penstock.shutdown-timeout", "4s"), ProcessFaults::terminateWithoutElasticsearch).heavy(3));
    }

    private static void kill(Trial trial) throws Exception {
        trial.withMoments();
        trial.begin();
        trial.atMoments(KILLS, held -> {
            trial.penstock().kill();
            held.close();
            trial.start();
        });
    }

    private static void terminate(Trial trial) throws Exception {
        trial.withMoments();
        trial.begin();
        trial.atMoments(STOPS, held -> {
            var stopped = trial.penstock();
            stopped.signal();
            trial.pause(0, 300);
            held.close();
            int exit = stopped.awaitEnd(Duration.ofSeconds(25));
            trial.check(exit == 0, "exit code " + exit + " after SIGTERM with all servers up");
            trial.start();
        });
    }

    private static void terminateTwice(Trial trial) throws Exception {
        trial.withMoments();
        trial.begin();
        trial.atMoments(STOPS, held -> {
            var stopped = trial.penstock();
            stopped.signal();
            trial.pause(0, 300);
            stopped.signal();
            trial.pause(0, 100);
            held.close();
            stopped.awaitEnd(LIMIT);
            trial.start();
        });
    }

    private static void terminateWithoutElasticsearch(Trial trial) throws Exception {
        var proxy = trial.proxy();
        trial.begin();
        trial.repeat(4, () -> {
            // As the host of one that is down does
            proxy.mode(Mode.REFUSE);
            trial.load().send(20);
            boolean waits = Trial.await(() -> trial.penstock().metric("penstock_records_in_flight") > 0, Duration.ofSeconds(3));
            long begun = System.nanoTime();
            int exit = trial.penstock().terminate(LIMIT);
            trial.check(!waits || exit == 1, "exit code " + exit + " though records were left unsettled, after "
                    + Duration.ofNanos(System.nanoTime() - begun));
            proxy.mode(Mode.PASS);
            trial.start();
        });
    }
}

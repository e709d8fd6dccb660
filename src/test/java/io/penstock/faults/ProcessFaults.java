package io.penstock.faults;

import io.penstock.stack.PenstockProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Penstock itself is ended, politely or not. */
final class ProcessFaults {

    private static final int KILLS = 20;
    private static final int STOPS = 10;
    private static final Duration LIMIT = Duration.ofSeconds(8);

    private ProcessFaults() {
    }

    static List<Scenario> all() {
        return List.of(
                Scenario.of("kill", "Penstock gets SIGKILL and is started again", ProcessFaults::kill),
                Scenario.of("terminate", "Penstock gets SIGTERM and is started again", ProcessFaults::terminate),
                Scenario.of("terminate-twice", "Penstock gets a second SIGTERM while it stops", ProcessFaults::terminateTwice),
                Scenario.of("terminate-without-es", "Penstock gets SIGTERM while Elasticsearch is down",
                        Map.of("penstock.shutdown-timeout", "5s"), ProcessFaults::terminateWithoutElasticsearch));
    }

    private static void kill(Trial trial) throws Exception {
        trial.begin();
        trial.repeat(KILLS, () -> {
            trial.penstock().kill();
            trial.start();
        });
    }

    private static void terminate(Trial trial) throws Exception {
        trial.begin();
        trial.repeat(STOPS, () -> {
            int exit = trial.penstock().terminate(Duration.ofSeconds(25));
            trial.check(exit == 0, "exit code " + exit + " after SIGTERM with all servers up");
            trial.start();
        });
    }

    private static void terminateTwice(Trial trial) throws Exception {
        trial.begin();
        trial.repeat(STOPS, () -> {
            var stopped = trial.penstock();
            signal(stopped);
            trial.pause(0, 300);
            signal(stopped);
            stopped.awaitEnd(LIMIT);
            trial.start();
        });
    }

    private static void terminateWithoutElasticsearch(Trial trial) throws Exception {
        trial.begin();
        trial.repeat(5, () -> {
            trial.elasticsearch().kill();
            boolean waits = Trial.await(() -> trial.penstock().metric("penstock_records_in_flight") > 0, Duration.ofSeconds(3));
            long begun = System.nanoTime();
            int exit = trial.penstock().terminate(LIMIT);
            trial.check(!waits || exit == 1, "exit code " + exit + " though records were left unsettled, after "
                    + Duration.ofNanos(System.nanoTime() - begun));
            trial.elasticsearch().start();
            trial.start();
        });
    }

    private static void signal(PenstockProcess process) {
        ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroy);
    }
}

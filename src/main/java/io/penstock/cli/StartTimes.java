package io.penstock.cli;

import java.time.Instant;
import java.util.function.BooleanSupplier;

/**
 * Prints when the start reached a stage, one line each, to standard error: {@code start STAGE TIME}, with the time as an
 * instant. Stages are {@code exec} (as the system knows it; Linux counts it from its boot, whose time it has in whole seconds, so
 * it may be off by one or two), {@code main}, {@code http} (the port is open), {@code routes} (they run), {@code ready} (readiness is
 * up) and {@code first-ack} (a record's documents are stored).
 */
final class StartTimes {

    private static final long LOOK_INTERVAL_MS = 5;

    /** Is made when the port has just been opened. */
    StartTimes(Instant began) {
        var port = Instant.now();
        ProcessHandle.current().info().startInstant().ifPresent(exec -> print("exec", exec));
        print("main", began);
        print("http", port);
    }

    void routesRun() {
        print("routes", Instant.now());
    }

    /** Looks until it is reached, or until interrupted. */
    void await(String stage, BooleanSupplier reached) {
        try {
            while (!reached.getAsBoolean()) {
                Thread.sleep(LOOK_INTERVAL_MS);
            }
            print(stage, Instant.now());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void print(String stage, Instant time) {
        System.err.println("start " + stage + ' ' + time);
    }
}

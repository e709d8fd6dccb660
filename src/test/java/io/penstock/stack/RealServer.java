package io.penstock.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A server of the real kind in a process of its own, that may be stopped, killed, frozen and started again on the same data and
 * port. It ends with this JVM for certain. Used by one thread at a time; {@link #isAlive()} by any.
 */
public abstract class RealServer implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(180);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    private final String name;
    private final Path folder;
    private volatile @Nullable ChildProcess process;
    private boolean frozen;

    RealServer(String name) {
        this.name = name;
        this.folder = ServerFolder.create(name);
        AtExit.add(this::close);
    }

    /** The command, given the folder in which it runs, after everything it needs was laid out there. */
    abstract List<String> command(Path folder);

    /** Whether it answers requests; never waits for long. */
    abstract boolean answers();

    /**
     * Starts it on the data and port it had before, or on new ones, and returns when it answers requests.
     *
     * @throws IllegalStateException when it does not within 180 s or ends at once; the message has its last log lines and says
     *                               where the log is
     */
    public final void start() {
        if (isAlive()) {
            throw new IllegalStateException(name + " is running");
        }
        frozen = false;
        var started = ChildProcess.start(name, command(folder), Map.of(), folder, folder.resolve("log.txt"));
        process = started;
        if (!await(() -> !started.isAlive() || answers(), START_LIMIT) || !started.isAlive()) {
            var lastWords = started.lastWords();
            started.kill();
            throw new IllegalStateException(name + " did not start: " + lastWords);
        }
    }

    /** SIGTERM, as an operator would; returns when it has ended. A frozen one is thawed first. */
    public final void stop() {
        if (frozen) {
            thaw();
        }
        running().end(STOP_LIMIT);
    }

    /** SIGKILL; returns when it has ended. */
    public final void kill() {
        running().kill();
    }

    /** {@link #kill()} and {@link #start()}. */
    public final void restartAfterKill() {
        kill();
        start();
    }

    /** {@link #stop()} and {@link #start()}. */
    public final void restart() {
        stop();
        start();
    }

    /** SIGSTOP: connections stay, nothing is answered any more. */
    public final void freeze() {
        running().freeze();
        frozen = true;
    }

    /** SIGCONT. */
    public final void thaw() {
        running().thaw();
        frozen = false;
    }

    /** Whether its process is there; a frozen one is. */
    public final boolean isAlive() {
        var current = process;
        return current != null && current.isAlive();
    }

    /** Processor time its process has used so far, of user and system. */
    public final Duration cpu() {
        return running().cpu();
    }

    /** What the server logged since it was made, over all its starts. */
    public final String log() {
        var current = process;
        return current == null ? "" : current.output();
    }

    /** Where {@link #log()} is. */
    public final Path logFile() {
        return folder.resolve("log.txt");
    }

    /** Ends it at once and deletes its data; the log stays until the next test run. */
    @Override
    public void close() {
        var current = process;
        if (current != null) {
            current.kill();
        }
        ServerFolder.delete(folder.resolve("data"));
        ServerFolder.delete(folder.resolve("home"));
    }

    private ChildProcess running() {
        var current = process;
        if (current == null || !current.isAlive()) {
            throw new IllegalStateException(name + " is not running");
        }
        return current;
    }

    static boolean await(BooleanSupplier condition, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
        return true;
    }

    static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

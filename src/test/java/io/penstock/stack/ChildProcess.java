package io.penstock.stack;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process that ends for certain when this JVM does, however this JVM ends and even while the process is frozen: a shell of
 * its own waits on a pipe from us and kills the process when the pipe breaks. Ctrl-C in the terminal reaches this JVM only,
 * which so decides the order in which its processes end. May be used from any thread.
 */
public final class ChildProcess {

    private static final Duration ENOUGH_FOR_SIGKILL = Duration.ofSeconds(20);

    private final String name;
    private final Path log;
    private final Process process;

    private ChildProcess(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    /** Starts the command in {@code folder}; what it prints is appended to {@code log}. */
    public static ChildProcess start(String name, List<String> command, Map<String, String> environment, Path folder, Path log) {
        return start(name, command, environment, folder, log, null);
    }

    /** As the other; what it says of errors is appended to a file of its own, if there is one. */
    static ChildProcess start(String name, List<String> command, Map<String, String> environment, Path folder, Path log,
            @Nullable Path errors) {
        var words = new ArrayList<>(List.of("/bin/sh", "-c", "trap '' INT; exec \"$@\"", name));
        words.addAll(command);
        var builder = new ProcessBuilder(words)
                .directory(folder.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(errors == null)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        if (errors != null) {
            builder.redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()));
        }
        // What the developer has set for a service of their own is not meant for this one
        builder.environment().keySet().removeIf(variable -> variable.matches("(PENSTOCK|KAFKA|ELASTICSEARCH|QUARKUS|CAMEL)_.*"));
        builder.environment().putAll(environment);
        try {
            var process = builder.start();
            guard(process);
            AtExit.add(process::destroyForcibly);
            return new ChildProcess(name, log, process);
        } catch (IOException e) {
            throw new UncheckedIOException(name + " can't be started: " + command.getFirst(), e);
        }
    }

    private static void guard(Process process) throws IOException {
        var guard = new ProcessBuilder("/bin/sh", "-c", "trap '' INT; read -r _; kill -KILL " + process.pid())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        // Before its pipe is closed: the pid may be somebody else's by then
        process.onExit().thenRun(guard::destroyForcibly);
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** SIGTERM. Empty when it has not ended within the limit; it is alive then. */
    public OptionalInt terminate(Duration limit) {
        process.destroy();
        return await(limit);
    }

    /** SIGKILL; returns when it has ended. */
    public void kill() {
        process.destroyForcibly();
        if (await(ENOUGH_FOR_SIGKILL).isEmpty()) {
            throw new IllegalStateException(name + " (pid " + pid() + ") lives on after SIGKILL");
        }
    }

    /** SIGTERM, and SIGKILL for one that has not ended within the limit. */
    public void end(Duration limit) {
        if (terminate(limit).isEmpty()) {
            kill();
        }
    }

    public void freeze() {
        signal("STOP");
    }

    public void thaw() {
        signal("CONT");
    }

    public void hangUp() {
        signal("HUP");
    }

    /** Has a JVM print the stacks of its threads to its output, behind everything else. */
    public void printStacks() {
        signal("QUIT");
    }

    /** Memory in use, in bytes, as the system counts it; Linux only. */
    public long rssBytes() {
        try (var lines = Files.lines(Path.of("/proc/" + pid() + "/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst().orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(name + " (pid " + pid() + ") has no /proc entry", e);
        }
    }

    /** Processor time it has used so far, of user and system. */
    public Duration cpu() {
        return process.toHandle().info().totalCpuDuration()
                .orElseThrow(() -> new IllegalStateException("No processor time is known of " + lastWords()));
    }

    /** Everything it has printed so far. */
    public String output() {
        try {
            return Files.exists(log) ? new String(Files.readAllBytes(log), StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The last lines it printed, with the place where all of it is. */
    public String lastWords() {
        var lines = output().lines().toList();
        return name + (isAlive() ? " (alive, pid " + pid() + ")" : " (ended with " + process.exitValue() + ")")
                + ", all of its output is in " + log + ", the last lines are:\n"
                + String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
    }

    /** Empty when it has not ended within the limit. */
    public OptionalInt await(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)
                    ? OptionalInt.of(process.exitValue()) : OptionalInt.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for the end of " + name, e);
        }
    }

    private void signal(String signal) {
        try {
            int exit = new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + pid()).inheritIO()
                    .redirectInput(new File("/dev/null")).start().waitFor();
            if (exit != 0) {
                throw new IllegalStateException("SIG" + signal + " did not reach " + name + " (pid " + pid() + ")");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while sending SIG" + signal + " to " + name, e);
        }
    }
}

package io.penstock.route.test;

import io.penstock.route.stand.TestStand;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Runs the route tests of a place and reports. One thread. */
public final class RouteTestRun {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    /**
     * What to run and what to do with the result.
     *
     * @param place  a folder or a test file; empty for the test in the executable
     * @param junit  where to write a report for CI
     * @param update whether to write what comes out into the test files
     */
    public record Options(Optional<Path> place, Optional<Path> junit, boolean update) {
    }

    private final TestStand stand;
    private final PrintWriter out;
    private final Options options;

    public RouteTestRun(TestStand stand, PrintWriter out, Options options) {
        this.stand = stand;
        this.out = out;
        this.options = options;
    }

    /**
     * Runs them once.
     *
     * @return whether all passed; not if there is none
     * @throws IllegalArgumentException if there is no such place
     */
    public boolean once() throws Exception {
        long begin = System.nanoTime();
        var sources = options.place().map(TestSource::in).orElseGet(TestSource::shipped);
        if (sources.isEmpty()) {
            out.println("There is no route test (*.test.yaml) in " + options.place().orElseThrow());
            out.flush();
            return false;
        }
        var results = new ArrayList<FileResult>();
        for (var source : sources) {
            var result = new CaseRunner(stand).run(source);
            results.add(options.update() ? update(source, result) : result);
        }
        new TestReport(out).write(results, Duration.ofNanos(System.nanoTime() - begin));
        if (options.junit().isPresent()) {
            JUnitReport.write(options.junit().get(), results);
        }
        return results.stream().allMatch(FileResult::isPassed);
    }

    /** Writes what came out, and counts the cases as passed: that is for the author to review. */
    private FileResult update(TestSource source, FileResult result) throws IOException {
        if (result.fault().isPresent() || result.isPassed() || source.path().isEmpty()) {
            return result;
        }
        var text = Update.of(source.text(), result.cases());
        if (text.isEmpty()) {
            out.println(source.name() + " is not updated: its cases would not stay as they are (anchors?). Write yourself what to expect.");
            return result;
        }
        if (text.get().equals(source.text())) {
            return result;
        }
        Files.writeString(source.path().get(), text.get());
        var cases = result.cases().stream().map(c -> c.isPassed() || c.actual().isEmpty() ? c
                : new CaseResult(c.routeCase(), c.time(), List.of(), c.actual())).toList();
        out.println("Updated " + source.name() + ": review what is expected now.");
        return new FileResult(result.file(), result.fault(), cases, result.coverage());
    }

    /** Runs them now and whenever a file beside them changes, until the thread is interrupted. */
    public void watch() throws Exception {
        var place = options.place().orElseThrow(() -> new IllegalArgumentException("--watch needs a folder"));
        var folder = Files.isDirectory(place) ? place : place.toAbsolutePath().getParent();
        var seen = "";
        while (!Thread.currentThread().isInterrupted()) {
            var now = fingerprint(folder);
            if (!now.equals(seen)) {
                seen = now;
                once();
                // What --update wrote is known.
                seen = options.update() ? fingerprint(folder) : seen;
                out.println("Watching " + folder + "; Ctrl-C ends it.");
                out.flush();
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }

    private static String fingerprint(Path folder) {
        try (var files = Files.walk(folder)) {
            var text = new StringBuilder();
            for (var file : files.filter(Files::isRegularFile).sorted().toList()) {
                text.append(file).append(Files.getLastModifiedTime(file)).append(Files.size(file)).append('\n');
            }
            return text.toString();
        } catch (IOException e) {
            // A file that goes away while it is looked at: look again.
            return "";
        }
    }
}

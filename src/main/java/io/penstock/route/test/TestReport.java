package io.penstock.route.test;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;

/** Writes results for people: a line per case, and what differs. */
final class TestReport {

    private final PrintWriter out;

    TestReport(PrintWriter out) {
        this.out = out;
    }

    void write(List<FileResult> results, Duration time) {
        for (var result : results) {
            out.println(result.file());
            result.fault().ifPresent(fault -> out.println("  FAILED  " + fault));
            for (var routeCase : result.cases()) {
                write(result.file(), routeCase);
            }
            result.coverage().ifPresent(this::write);
        }
        long cases = results.stream().mapToLong(r -> r.cases().size()).sum();
        long failed = results.stream().mapToLong(r -> r.cases().stream().filter(c -> !c.isPassed()).count()
                + r.fault().stream().count()).sum();
        out.printf("%d case%s, %s, %d ms%n", cases, cases == 1 ? "" : "s", failed == 0 ? "all passed" : failed + " failed",
                time.toMillis());
        out.flush();
    }

    private void write(String file, CaseResult result) {
        out.printf("  %s  %s  (%d ms)%n", result.isPassed() ? "ok    " : "FAILED", result.routeCase().name(),
                result.time().toMillis());
        if (!result.isPassed()) {
            out.printf("          %s:%d%n", file, result.routeCase().line());
            result.differences().forEach(line -> out.println("          " + line));
        }
    }

    private void write(Coverage.Result coverage) {
        out.printf("  coverage: %d of %d steps and branches%n", coverage.reached(), coverage.total());
        coverage.gaps().forEach(gap -> out.println("    " + gap));
    }
}

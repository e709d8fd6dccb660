package io.penstock.route.test;

import java.time.Duration;
import java.util.List;

/**
 * How a case went.
 *
 * @param differences lines to read; empty if it passed
 * @param actual      what came out
 */
record CaseResult(RouteCase routeCase, Duration time, List<String> differences, List<Actual> actual) {

    boolean isPassed() {
        return differences.isEmpty();
    }
}

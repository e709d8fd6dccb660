package io.penstock.route.test;

import java.util.List;
import java.util.Optional;

/**
 * How the cases of a test file went.
 *
 * @param file     the test file
 * @param fault    why no case could run, with its place
 * @param coverage what the cases reached; empty if no case could run
 */
record FileResult(String file, Optional<String> fault, List<CaseResult> cases, Optional<Coverage.Result> coverage) {

    boolean isPassed() {
        return fault.isEmpty() && cases.stream().allMatch(CaseResult::isPassed);
    }
}

package io.penstock.route;

import java.util.Set;

/** How a swap of versions ended. */
sealed interface SwapResult {

    /** The next versions run. */
    record Taken() implements SwapResult {
    }

    /**
     * A route did not start; the old versions run again.
     *
     * @param culprit whose route did not start
     * @param cause   why
     * @param lost    files whose old version did not start again either: nothing of them runs
     */
    record Restored(RouteSwap culprit, Throwable cause, Set<String> lost) implements SwapResult {
    }
}

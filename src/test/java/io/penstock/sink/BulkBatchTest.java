package io.penstock.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

import org.junit.jupiter.api.Test;

class BulkBatchTest {

    private final BulkSettings settings = new BulkSettings(1000, Duration.ofMinutes(1), 1, new Backoff(Duration.ofMillis(1), Duration.ofMillis(1)));
    private final BulkBatch batch = new BulkBatch();

    /** Behind a multicast, the group's own exchange carries a branch's batch, whose documents may be in a bulk by then. */
    @Test
    void nothingJoinsItsBranchesAndCopies() {
        assertThat(isOpen(batch)).isTrue();
        assertThat(isOpen(batch.branch())).isFalse();
        assertThat(isOpen(batch.copy())).isFalse();
        batch.close();
        assertThat(isOpen(batch)).isFalse();
    }

    private boolean isOpen(BulkBatch of) {
        return of.isOpen(settings, 100, Long.MAX_VALUE);
    }
}

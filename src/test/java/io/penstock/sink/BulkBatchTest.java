package io.penstock.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

class BulkBatchTest {

    private final BulkSettings settings = new BulkSettings(1000, Duration.ofMinutes(1), 1, new Backoff(Duration.ofMillis(1), Duration.ofMillis(1)));
    private final BulkBatch batch = new BulkBatch();

    /** Behind a multicast, the group's own exchange carries a branch's batch, whose documents may be in a bulk by then. */
    @Test
    void nothingJoinsItsBranchesAndCopies() {
        assertThat(joins(batch)).isTrue();
        assertThat(joins(batch.branch())).isFalse();
        assertThat(joins(batch.copy())).isFalse();
        batch.close();
        assertThat(joins(batch)).isFalse();
    }

    private boolean joins(BulkBatch to) {
        return to.join(List::of, settings, 100, Long.MAX_VALUE);
    }
}

package io.penstock.source.fed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import io.penstock.delivery.InFlight;
import org.junit.jupiter.api.Test;

class GroupCommitTest {

    private static final Duration LONG = Duration.ofHours(1);

    private final InFlight inFlight = new InFlight(1_000, 1_000_000);
    private final AtomicInteger completed = new AtomicInteger();

    private GroupCommit groupCommit(Duration linger) {
        return new GroupCommit(inFlight, completed::incrementAndGet, linger);
    }

    private void fed(GroupCommit groupCommit, int records) {
        for (int i = 0; i < records; i++) {
            inFlight.entered(1);
        }
        groupCommit.fed(records);
    }

    @Test
    void aLoneRecordGoesAtOnce() {
        var groupCommit = groupCommit(LONG);
        fed(groupCommit, 1);
        assertThat(groupCommit.completeOrWait(LONG)).isEqualTo(LONG);
        assertThat(completed).hasValue(1);
    }

    @Test
    void whileAnotherBulkIsInFlightRecordsGatherUntilItHasEnded() {
        var groupCommit = groupCommit(LONG);
        fed(groupCommit, 1);
        groupCommit.completeOrWait(LONG);

        fed(groupCommit, 1);
        assertThat(groupCommit.completeOrWait(LONG)).isLessThan(Duration.ofMillis(5));
        fed(groupCommit, 3);
        groupCommit.completeIfDue();
        groupCommit.completeOrWait(LONG);
        assertThat(completed).hasValue(1);

        inFlight.left(1);
        groupCommit.completeOrWait(LONG);
        assertThat(completed).hasValue(2);
    }

    @Test
    void noRecordWaitsLongerThanTheLingerThoughMoreKeepComing() {
        inFlight.entered(1);
        var groupCommit = groupCommit(Duration.ZERO);
        fed(groupCommit, 1);
        groupCommit.completeIfDue();
        assertThat(completed).hasValue(1);
    }

    @Test
    void withNothingFedNothingIsCompleted() {
        var groupCommit = groupCommit(Duration.ZERO);
        groupCommit.fed(0);
        groupCommit.completeIfDue();
        assertThat(groupCommit.completeOrWait(LONG)).isEqualTo(LONG);
        assertThat(completed).hasValue(0);
    }
}

package io.penstock.bench.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.bench.simulation.Simulation.Moment;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.api.Test;

class SimulationTest {

    private static final long RECORDS = 10_000_007;

    static Stream<Autoscaler> autoscalers() {
        return Stream.of(Autoscaler.fixed(3), new KedaAutoscaler(KedaAutoscaler.Settings.DEFAULT),
                new KnativeAutoscaler(KnativeAutoscaler.Settings.DEFAULT.with(10, 20)));
    }

    @ParameterizedTest
    @MethodSource("autoscalers")
    void noRecordIsLostOrStoredTwice(Autoscaler autoscaler) {
        // When
        var outcome = new Simulation(new Service(20_000, 3_000, 2, 150_000, 5), autoscaler, RECORDS, 97, 0).run(3_600);

        // Then
        long left = RECORDS;
        for (Moment moment : outcome.moments()) {
            left -= moment.stored();
            assertThat(moment.lag()).isEqualTo(left).isNotNegative();
            assertThat(moment.stored()).isLessThanOrEqualTo(Math.min(150_000, moment.ready() * 20_000L) + moment.ready());
        }
        assertThat(left).isZero();
        assertThat(outcome.drainedSeconds()).isPositive();
        assertThat(outcome.instanceSeconds()).isEqualTo(outcome.moments().stream().mapToLong(Moment::replicas).sum());
    }

    @Test
    void aBurstTakesItsRecordsOverTheRateAllInstancesHave() {
        assertThat(drained(1, 1_000_000, 4)).isEqualTo(100);
        assertThat(drained(4, 1_000_000, 4)).isEqualTo(25);
        // No more than one instance for each partition has work
        assertThat(drained(8, 1_000_000, 4)).isEqualTo(25);
    }

    @Test
    void whatAllShareBoundsThem() {
        var outcome = new Simulation(Service.polling(10_000, 0).within(20_000), Autoscaler.fixed(4), 1_000_000, 8, 4).run(200);
        assertThat(outcome.drainedSeconds()).isEqualTo(50);
    }

    /** Kubernetes' own examples: 200m at a target of 100m doubles, 50m halves, 50 replicas at 90 of 75 become 60. */
    @Test
    void theHpaProposesWhatItsDocumentationSays() {
        var keda = new KedaAutoscaler(new KedaAutoscaler.Settings(30, 300, 100, 1_000));
        assertThat(keda.proposal(5, 5 * 200)).isEqualTo(10);
        assertThat(keda.proposal(10, 10 * 50)).isEqualTo(5);
        assertThat(new KedaAutoscaler(new KedaAutoscaler.Settings(30, 300, 75, 1_000)).proposal(50, 50 * 90)).isEqualTo(60);
        assertThat(keda.proposal(10, 10 * 109)).as("within the tolerance").isEqualTo(10);
    }

    @Test
    void theHpaDoublesOrAddsFourInAPeriodAndHesitatesToShrink() {
        // Given
        var keda = new KedaAutoscaler(new KedaAutoscaler.Settings(30, 300, 100, 1_000));

        // When
        var up = List.of(keda.sync(0, 1, 1_000_000), keda.sync(15, 5, 1_000_000), keda.sync(30, 10, 1_000_000));
        int soonAfter = keda.sync(45, 20, 100);
        int fiveMinutesAfter = keda.sync(345, 20, 100);

        // Then
        assertThat(up).containsExactly(5, 10, 20);
        assertThat(soonAfter).isEqualTo(20);
        assertThat(fiveMinutesAfter).isEqualTo(1);
    }

    @Test
    void kedaStartsAtItsPollAndStopsAfterItsCooldown() {
        // When
        var outcome = new Simulation(Service.polling(10_000, 0), new KedaAutoscaler(new KedaAutoscaler.Settings(30, 300, 1_000_000, 10)),
                100_000, 4, 0).run(3_600);

        // Then
        assertThat(outcome.mostReplicas()).isEqualTo(1);
        assertThat(outcome.drainedSeconds()).isEqualTo(10);
        assertThat(outcome.moments().size()).as("the lag was last seen at 0 s, and 300 s later it goes").isEqualTo(301);
    }

    /** The comment in Knative's autoscaler.go: MSUR=1.1, OCC=3, RPC=2, TV=1 needs three pods, and gets them. */
    @Test
    void knativeScalesUpByOnePodAtLeast() {
        var settings = new KnativeAutoscaler.Settings(1, 1, 0, 60, 0.1, 2, 1.1, 2, 30);
        assertThat(new KnativeAutoscaler(settings).desired(0, 2, 3, 3)).isEqualTo(3);
    }

    @Test
    void knativePanicsAtTwiceItsCapacityAndDoesNotShrinkUntilAStableWindowIsOver() {
        // Given
        var knative = new KnativeAutoscaler(KnativeAutoscaler.Settings.DEFAULT);

        // When
        int calm = knative.desired(0, 10, 700, 700);
        int panicking = knative.desired(2, 10, 750, 1_400);
        int after = knative.desired(60, 20, 700, 70);
        int muchLater = knative.desired(64, 20, 700, 70);

        // Then
        assertThat(calm).isEqualTo(10);
        assertThat(panicking).isEqualTo(20);
        assertThat(after).as("in panic still").isEqualTo(20);
        assertThat(muchLater).isEqualTo(10);
    }

    @Test
    void knativeHalvesAtMost() {
        assertThat(new KnativeAutoscaler(KnativeAutoscaler.Settings.DEFAULT).desired(0, 100, 70, 70)).isEqualTo(50);
    }

    private static int drained(int instances, long records, int partitions) {
        return new Simulation(Service.polling(10_000, 0), Autoscaler.fixed(instances), records, partitions, instances).run(1_000)
                .drainedSeconds();
    }
}

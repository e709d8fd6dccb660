package io.penstock.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.stack.Stack;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The faults that every build has to stand, with a fixed seed; all of them: {@code bin/test --faults}. */
@Tag("long")
class FaultsIT {

    private static final long SEED = 20200728;
    private static final int RECORDS = 4_000;
    /** A part of the faults of a full run. */
    private static final double INTENSITY = 0.1;

    private static Stack stack;

    @BeforeAll
    static void start() {
        stack = Faults.servers();
    }

    @AfterAll
    static void end() {
        stack.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"kill", "es-cut", "es-read-only", "kafka-killed", "letters-too-large",
            "transactions", "odd-records"})
    void everyRecordIsAccountedFor(String name) {
        var scenario = Faults.named(name).getFirst();
        double broken = scenario.variants()[scenario.variants().length - 1];

        var result = Faults.run(scenario, broken, stack, SEED, RECORDS, INTENSITY);

        assertThat(result.right()).as(result + "\n" + result.remarks() + "\n" + result.audit()).isTrue();
        assertThat(result.faults()).isPositive();
        assertThat(result.audited()).as("all of what was sent").isEqualTo(result.records());
    }
}

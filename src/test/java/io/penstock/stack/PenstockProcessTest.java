package io.penstock.stack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PenstockProcessTest {

    private static final String METRICS = """
            # HELP a_total Help a_total 3
            # TYPE a_total counter
            a_total{route="r",topic="t"} 2.0
            a_total{route="s",topic="t, \\"x\\" = {y}"} 40.0
            a_total_more 100
            up 1.5E3
            """;

    @Test
    void aMetricIsTheSumOfTheSamplesWithAllTags() {
        assertThat(PenstockProcess.sum(METRICS, "a_total")).isEqualTo(42);
        assertThat(PenstockProcess.sum(METRICS, "a_total", "route", "r")).isEqualTo(2);
        assertThat(PenstockProcess.sum(METRICS, "a_total", "topic", "t", "route", "r")).isEqualTo(2);
        assertThat(PenstockProcess.sum(METRICS, "a_total", "topic", "u")).isZero();
        assertThat(PenstockProcess.sum(METRICS, "up")).isEqualTo(1500);
        assertThat(PenstockProcess.sum(METRICS, "b_total")).isZero();
    }
}

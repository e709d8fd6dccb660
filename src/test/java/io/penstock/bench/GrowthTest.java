package io.penstock.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrowthTest {

    private static List<Double> looks(int count, IntToDoubleFunction liveMb) {
        return IntStream.range(0, count).mapToObj(liveMb::applyAsDouble).toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 15, 29, 120})
    void aSteadyLeakIsSeenHoweverLongItIsLookedAt(int count) {
        assertThat(Growth.grows(looks(count, minute -> 20 + minute))).isTrue();
        assertThat(Growth.grows(looks(count, minute -> 20 + 50 * minute))).isTrue();
    }

    @Test
    void aSteadyLeakIsSeenThroughNoise() {
        var random = new SplittableRandom(7);
        assertThat(Growth.grows(looks(29, minute -> 20 + minute * 0.5 + random.nextDouble(-2, 2)))).isTrue();
    }

    @Test
    void noiseIsNoGrowth() {
        for (int seed = 0; seed < 100; seed++) {
            var random = new SplittableRandom(seed);
            assertThat(Growth.grows(looks(29, _ -> random.nextDouble(18.5, 21.5)))).as("seed " + seed).isFalse();
        }
        // One look in the middle of something large
        assertThat(Growth.grows(looks(29, minute -> minute == 25 ? 60 : 20))).isFalse();
    }

    @Test
    void whatGrowsWhileItWarmsUpAndStaysThenDoesNotGrow() {
        assertThat(Growth.grows(looks(29, minute -> Math.min(20, 10 + 2 * minute)))).isFalse();
        assertThat(Growth.grows(looks(29, _ -> 20))).isFalse();
    }

    @Test
    void tooFewLooksAreNoProof() {
        assertThat(Growth.grows(looks(2, _ -> 20))).isTrue();
    }
}

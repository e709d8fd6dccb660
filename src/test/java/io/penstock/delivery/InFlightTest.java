package io.penstock.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InFlightTest {

    private final InFlight inFlight = new InFlight(4, 100);

    @Test
    void isFullAtTheBoundInRecordsAndHasRoomAQuarterBelow() {
        for (int i = 0; i < 4; i++) {
            assertThat(inFlight.isFull()).isFalse();
            inFlight.entered(1);
        }
        assertThat(inFlight.isFull()).isTrue();
        assertThat(inFlight.hasRoom()).isFalse();
        inFlight.left(1);
        assertThat(inFlight.hasRoom()).isTrue();
    }

    @Test
    void isFullAtTheBoundInBytes() {
        inFlight.entered(100);
        assertThat(inFlight.isFull()).isTrue();
        inFlight.left(100);
        assertThat(inFlight.hasRoom()).isTrue();
        assertThat(inFlight.records()).isZero();
    }

    @Test
    void takesNothingInOnceClosed() {
        inFlight.close();
        assertThat(inFlight.isFull()).isTrue();
        assertThat(inFlight.hasRoom()).isFalse();
    }

    @Test
    void manyEnterAtOnceAndLeaveOneByOne() {
        inFlight.entered(3, 60);
        inFlight.grew(39);
        assertThat(inFlight.records()).isEqualTo(3);
        assertThat(inFlight.bytes()).isEqualTo(99);
        assertThat(inFlight.isFull()).isFalse();
        inFlight.grew(1);
        assertThat(inFlight.isFull()).isTrue();
        inFlight.left(70);
        inFlight.left(20);
        assertThat(inFlight.records()).isOne();
        assertThat(inFlight.bytes()).isEqualTo(10);
        inFlight.left(10);
        assertThat(inFlight.records()).isZero();
        assertThat(inFlight.bytes()).isZero();
    }

    @Test
    void neitherRecordsNorBytesAreTakenForTheOther() {
        var large = new InFlight(Long.MAX_VALUE, Long.MAX_VALUE);
        assertThat(large.hasRoom()).isTrue();
        large.entered(2, InFlight.MOST_BYTES - 1);
        large.entered(1, 0);
        assertThat(large.isFull()).isFalse();
        large.grew(InFlight.MOST_BYTES);
        assertThat(large.isFull()).isTrue();
        assertThat(large.records()).isEqualTo(3);
        assertThat(large.bytes()).isEqualTo(2 * InFlight.MOST_BYTES - 1);
        large.left(2 * InFlight.MOST_BYTES);
        assertThat(large.records()).isEqualTo(2);
        assertThat(large.bytes()).isEqualTo(-1);
        large.left(-1);
        large.entered((int) InFlight.MOST_RECORDS - 2, 0);
        assertThat(large.isFull()).isFalse();
        large.entered(1, 0);
        assertThat(large.isFull()).isTrue();
        large.entered((int) InFlight.MOST_RECORDS - 1, 0);
        assertThat(large.records()).isEqualTo(2 * InFlight.MOST_RECORDS - 1);
        assertThat(large.bytes()).isZero();
    }

    @Test
    void whatManyThreadsTakeInAndLetGoIsNothingInTheEnd() throws InterruptedException {
        var threads = new Thread[8];
        for (int t = 0; t < threads.length; t++) {
            threads[t] = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 10_000; i++) {
                    inFlight.entered(2, 7);
                    inFlight.grew(i);
                    inFlight.left(7);
                    inFlight.left(i);
                }
            });
        }
        for (var thread : threads) {
            thread.join();
        }
        assertThat(inFlight.records()).isZero();
        assertThat(inFlight.bytes()).isZero();
    }
}

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
}

package io.penstock.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.delivery.Delivery;
import io.penstock.delivery.DeliveryMetrics;
import io.penstock.delivery.InFlight;
import io.penstock.delivery.Settlement;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class IntakeTest {

    private final InFlight inFlight = new InFlight(100, 10_000);
    private final DeliveryMetrics metrics = new DeliveryMetrics(new SimpleMeterRegistry(), inFlight);
    private final Intake intake = new Intake(inFlight, metrics);
    /** How many records were in flight when each was told. */
    private final List<Long> told = new ArrayList<>();
    private final Settlement source = _ -> told.add(inFlight.records());

    private static ConsumerRecord<byte[], byte[]> record(int valueSize) {
        return new ConsumerRecord<>("t", 0, 0, 0, TimestampType.CREATE_TIME, -1, valueSize, null, new byte[valueSize],
                new RecordHeaders().add("h", new byte[2]), Optional.empty());
    }

    @Test
    void aRecordIsInFlightFromItsEntryUntilItsSourceIsTold() {
        var delivery = intake.delivery(record(10), "id", source);
        assertThat(inFlight.records()).isOne();
        assertThat(inFlight.bytes()).isEqualTo(13);
        delivery.grew(5);
        assertThat(inFlight.bytes()).isEqualTo(18);
        delivery.release();
        assertThat(told).containsExactly(1L);
        assertThat(inFlight.records()).isZero();
        assertThat(inFlight.bytes()).isZero();
        assertThat(metrics.totals().filtered()).isOne();
    }

    @Test
    void manyEnterTogetherAndEachLeavesWhenItIsSettled() {
        var deliveries = List.of(intake.oneOfMany(record(10), intake), intake.oneOfMany(record(20), intake));
        assertThat(inFlight.records()).isZero();
        intake.entered(deliveries);
        assertThat(inFlight.records()).isEqualTo(2);
        assertThat(inFlight.bytes()).isEqualTo(36);
        deliveries.getFirst().grew(1);
        deliveries.forEach(Delivery::release);
        assertThat(inFlight.records()).isZero();
        assertThat(inFlight.bytes()).isZero();
        assertThat(metrics.totals().filtered()).isEqualTo(2);
    }
}

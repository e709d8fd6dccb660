package io.penstock.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.delivery.Delivery;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class KeptLetterTest {

    @Test
    void aLetterIsTheRecordItWas() {
        var headers = new RecordHeaders().add("own", new byte[] {1});
        var record = new ConsumerRecord<byte[], byte[]>("orders", 3, 42, 1595944295000L, TimestampType.CREATE_TIME, 1, 2, new byte[] {7},
                new byte[] {8, 9}, headers, Optional.empty());
        var delivery = new Delivery(record, "id", 3, _ -> { });
        delivery.route("r");
        var letter = new DeadLetter(delivery, new DeadLetterReason("step", "no number", "E", 1), false);
        var kept = new ConsumerRecord<byte[], byte[]>("orders.dead-letters", 0, 0, 5, TimestampType.CREATE_TIME, 1, 2, record.key(),
                record.value(), DeadLetterHeaders.of(letter), Optional.empty());

        assertThat(KeptLetter.of(kept)).hasValueSatisfying(read -> {
            assertThat(read.original()).usingRecursiveComparison().isEqualTo(record);
            assertThat(read.route()).isEqualTo("r");
            assertThat(read.reason()).isEqualTo("no number");
        });
        assertThat(KeptLetter.of(record)).isEmpty();
    }
}

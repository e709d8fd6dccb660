package io.penstock.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Spliterator;
import java.util.stream.StreamSupport;

import io.penstock.delivery.Delivery;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Test;

class DeliveryHeadersTest {

    private final ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>("trade", 0, 1, null, new byte[0]);
    private final Headers headers;

    DeliveryHeadersTest() {
        record.headers().add("a", new byte[] {1}).add("b", null).add("a", new byte[] {2});
        headers = DeliveryHeaders.on(record, new Delivery(record, 0, _ -> { })).headers();
    }

    @Test
    void theyAreTheRecordsOwn() {
        assertThat(headers).containsExactly(record.headers().toArray());
        assertThat(headers.toArray()).containsExactly(record.headers().toArray());
        assertThat(StreamSupport.stream(headers.spliterator(), false)).containsExactly(record.headers().toArray());
        assertThat(headers.headers("a")).extracting(Header::value).containsExactly(new byte[] {1}, new byte[] {2});
        assertThat(headers.lastHeader("a").value()).containsExactly(2);
        assertThat(headers.lastHeader("none")).isNull();
        assertThat(headers).hasToString(record.headers().toString());
    }

    @Test
    void whoLooksAtAllOfThemKnowsHowManyThereAre() {
        assertThat(headers.spliterator().getExactSizeIfKnown()).isEqualTo(3);
        assertThat(headers.spliterator().hasCharacteristics(Spliterator.ORDERED)).isTrue();
    }

    @Test
    void whatARouteChangesIsSeenByTheRouteAndNotInTheRecord() {
        var before = record.headers().toArray();

        assertThat(headers.add("c", null).remove("a").add(new RecordHeader("d", null))).isSameAs(headers);
        var all = headers.iterator();
        all.next();
        all.remove();

        assertThat(headers.toArray()).extracting(Header::key).containsExactly("c", "d");
        assertThat(headers.spliterator().getExactSizeIfKnown()).isEqualTo(2);
        assertThat(headers.lastHeader("b")).isNull();
        assertThat(headers.headers("a")).isEmpty();
        assertThat(headers.toString()).contains("key = c").doesNotContain("key = a");
        assertThat(record.headers().toArray()).containsExactly(before);
    }
}

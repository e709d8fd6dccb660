package io.penstock.sink;

import static io.penstock.sink.DeadLetterFixtures.delivery;
import static io.penstock.sink.DeadLetterFixtures.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.delivery.Delivery;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class BulkDocumentsTest {

    private static Exchange exchange(Object body) {
        var exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.setProperty(Delivery.PROPERTY, delivery(record("trade", 42, null, null, new RecordHeaders()), new AtomicInteger()));
        exchange.getMessage().setBody(body);
        return exchange;
    }

    @Test
    void aListIsOneDocumentForEachElement() {
        assertThat(BulkDocuments.plain().of(exchange(List.of(Map.of("a", 1), Map.of("a", 2))))).extracting(BulkDocument::id)
                .containsExactly("trade-0-42-0", "trade-0-42-1");
    }

    @Test
    void aRecordThatIsAnEmptyListDoesNotVanish() {
        assertThatThrownBy(() -> BulkDocuments.plain().of(exchange(List.of())))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("empty list");
    }
}

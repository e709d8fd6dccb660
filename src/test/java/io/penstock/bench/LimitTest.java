package io.penstock.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.stack.Trade;
import io.penstock.stack.TradeRecords;
import java.io.ByteArrayOutputStream;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LimitTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void everyRecordIsReadAsItShould() throws Exception {
        var trades = new TradeRecords(7, 0.1, 0.2, 3_000);
        for (int number = 0; number < 3_000; number++) {
            // Given
            var trade = trades.trade(number);
            var value = Objects.requireNonNullElse(trade.value(), new byte[0]);

            // When
            var read = Limit.read(value);

            // Then
            switch (trade.outcome()) {
                case Trade.Filtered _ -> assertThat(read).isInstanceOf(Limit.Success.class);
                case Trade.DeadLettered _ -> assertThat(read).isInstanceOf(Limit.Broken.class);
                case Trade.Stored(var document) -> {
                    var lines = new ByteArrayOutputStream();
                    try (var generator = new JsonFactory().createGenerator(lines)) {
                        ((Limit.Failure) read).write(generator, "pre1", "trade-0-" + number);
                    }
                    try (var parsed = JSON.readerFor(Object.class).readValues(lines.toByteArray())) {
                        assertThat(JSON.writeValueAsString(parsed.next()))
                                .isEqualTo("{\"index\":{\"_index\":\"pre1\",\"_id\":\"trade-0-" + number + "\"}}");
                        assertThat(parsed.next()).isEqualTo(document);
                    }
                }
            }
        }
    }
}

package io.penstock.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class TradeRecordsTest {

    private static final int MANY = 20_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final TradeRecords trades = new TradeRecords(42);

    @Test
    void theFirstIsTheReferenceRecord() throws Exception {
        // When
        var trade = trades.trade(0);

        // Then
        assertThat(new String(Objects.requireNonNull(trade.value()), StandardCharsets.UTF_8)).isEqualTo(
                "{\"version\":1,\"componentName\":\"trade\",\"timestamp\":1595944295,\"eventId\":9128499,\"returnValue\":-1,"
                + "\"returnCode\":101103,"
                + "\"returnMessage\":\"return has no deal return error[错误:缺少**c参数][seqId:u3Becr8iz*]\","
                + "\"data\":[],\"seqId\":\"@kibana-highlighted-field@u3Becr8iz@/kibana-highlighted-field@*\"}");
        assertThat(JSON.writeValueAsString(((Trade.Stored) trade.outcome()).document())).isEqualTo(
                "{\"msgBody\":{\"timestamp\":\"2020-07-28 21:51:35\",\"returnCode\":101103,"
                + "\"returnError\":\"return has no deal return error\",\"returnMessage\":\"错误:缺少**c参数\","
                + "\"requestId\":\"u3Becr8iz*\"}}");
    }

    @Test
    void theSameSeedAndNumberGiveTheSameRecord() {
        assertThat(new TradeRecords(42).trade(1234).value()).isEqualTo(trades.trade(1234).value());
        assertThat(new TradeRecords(43).trade(1234).value()).isNotEqualTo(trades.trade(1234).value());
    }

    @Test
    void theSharesAreKept() {
        var outcomes = IntStream.range(0, MANY).mapToObj(number -> trades.trade(number).outcome()).toList();
        assertThat((double) outcomes.stream().filter(Trade.Filtered.class::isInstance).count())
                .isCloseTo(MANY * 0.10, Percentage.withPercentage(15));
        assertThat((double) outcomes.stream().filter(Trade.DeadLettered.class::isInstance).count())
                .isCloseTo(MANY * 0.01, Percentage.withPercentage(30));
    }

    @Test
    void noTwoDocumentsAreTheSame() {
        var ids = new HashSet<Object>();
        for (int number = 0; number < MANY; number++) {
            if (trades.trade(number).outcome() instanceof Trade.Stored(var document)) {
                assertThat(ids.add(((Map<?, ?>) Objects.requireNonNull(document.get("msgBody"))).get("requestId"))).isTrue();
            }
        }
    }

    @Test
    void everyStoredRecordHasTheShapeOfTheReferenceRecord() throws Exception {
        for (int number = 0; number < 2_000; number++) {
            var trade = trades.trade(number);
            if (trade.outcome() instanceof Trade.Stored(var document)) {
                var source = JSON.readTree(trade.value());
                var body = (Map<?, ?>) Objects.requireNonNull(document.get("msgBody"));
                assertThat(source.path("returnCode").intValue()).isNotZero().isEqualTo(body.get("returnCode"));
                assertThat(source.path("returnMessage").asText()).isEqualTo(
                        body.get("returnError") + "[" + body.get("returnMessage") + "][seqId:" + body.get("requestId") + "]");
            }
        }
    }

    @Test
    void recordsAreLargerWhenAskedAndSmallOnesAreTheMost() {
        // Given
        var large = new TradeRecords(42, 0.10, 0, 10_000);

        // When
        var sizes = IntStream.range(0, 2_000).map(number -> Objects.requireNonNull(large.trade(number).value()).length).sorted().toArray();

        // Then
        assertThat(sizes[1_000]).isBetween(300, 450);
        assertThat(sizes[1_950]).isGreaterThan(3_000);
        assertThat(sizes[1_999]).isBetween(8_000, 13_000);
        assertThat(IntStream.of(sizes).average().orElseThrow()).isBetween(800.0, 1_500.0);
    }

    @Test
    void theNumberIsReadFromTheKey() {
        assertThat(TradeRecords.number(trades.trade(77).key())).isEqualTo(77);
        assertThat(TradeRecords.number(null)).isEqualTo(-1);
        assertThat(TradeRecords.number("trade-x".getBytes(StandardCharsets.UTF_8))).isEqualTo(-1);
    }
}

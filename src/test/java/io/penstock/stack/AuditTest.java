package io.penstock.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuditTest {

    private static final int RECORDS = 300;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final TradeRecords trades = new TradeRecords(7, 0.2, 0.2);
    private final Audit.Examiner examiner = new Audit.Examiner(trades);

    @BeforeEach
    void produce() {
        for (int number = 0; number < RECORDS; number++) {
            examiner.produced(record("t-1", number, number, trades.trade(number).value(), Map.of()));
        }
    }

    @Test
    void recordsThatCameOutAsTheyShouldAreRight() {
        // When
        carryAllBut(-1);

        // Then
        var audit = examiner.result(Map.of());
        assertThat(audit.isRight()).as(audit.toString()).isTrue();
        assertThat(audit.produced()).isEqualTo(RECORDS);
        assertThat(audit.toString()).contains("300 produced = ").contains("all committed");
        assertThat(List.of(audit.stored(), audit.filtered(), audit.deadLettered())).allMatch(count -> count > 30);
    }

    @Test
    void aRecordWithoutATraceIsLost() {
        // When
        carryAllBut(0);

        // Then
        var audit = examiner.result(Map.of());
        assertThat(audit.lost()).containsExactly("t-1-2-0");
        assertThat(audit.isRight()).isFalse();
        assertThat(audit.toString()).contains("≠").contains("LOST: 1, t-1-2-0");
    }

    @Test
    void aDocumentUnderASecondIdIsSeen() {
        // When
        carryAllBut(-1);
        examiner.document(new ElasticsearchServer.Document("made-up", 1, source(0)));

        // Then
        var audit = examiner.result(Map.of());
        assertThat(audit.duplicated()).containsExactly("made-up and t-1-2-0");
        assertThat(audit.unexplained()).containsExactly("document made-up");
        assertThat(audit.isRight()).isFalse();
    }

    @Test
    void aDocumentWithAnotherRecordsContentIsWrong() {
        // When
        int other = numberOf(Trade.Stored.class);
        examiner.document(new ElasticsearchServer.Document("t-1-2-0", 3, source(other)));

        // Then
        var audit = examiner.result(Map.of());
        assertThat(audit.wrongContent()).containsExactly("t-1-2-0");
        assertThat(audit.rewritten()).isEqualTo(1);
    }

    @Test
    void aDeadLetterThatChangedOrHasNoReasonIsWrong() {
        // When
        int broken = numberOf(Trade.DeadLettered.class);
        var headers = letterHeaders(broken);
        headers.remove("penstock-reason");
        examiner.deadLetter(record("t-1.dead-letters", broken, 0, "other".getBytes(StandardCharsets.UTF_8), headers));

        // Then
        assertThat(examiner.result(Map.of()).wrongDeadLetters()).singleElement().asString()
                .startsWith("t-1-2-" + broken).contains("value changed").contains("no header penstock-reason");
    }

    @Test
    void aRepeatedDeadLetterIsListedAndAllowed() {
        // When
        carryAllBut(-1);
        int broken = numberOf(Trade.DeadLettered.class);
        deadLetter(broken);

        // Then
        var audit = examiner.result(Map.of());
        assertThat(audit.repeatedDeadLetters()).containsExactly("t-1-2-" + broken);
        assertThat(audit.isRight()).isTrue();
    }

    @Test
    void goodRecordsDoNotBelongAmongTheDeadLettersNorFilteredOnesInTheIndex() {
        // When
        deadLetter(0);
        int filtered = numberOf(Trade.Filtered.class);
        examiner.document(new ElasticsearchServer.Document("t-1-2-" + filtered, 1, JSON.createObjectNode()));

        // Then
        var audit = examiner.result(Map.of());
        assertThat(audit.wronglyDeadLettered()).singleElement().asString().startsWith("t-1-2-0");
        assertThat(audit.wronglyStored()).containsExactly("t-1-2-" + filtered);
    }

    @Test
    void whatIsNotCommittedIsNotRight() {
        // When
        carryAllBut(-1);

        // Then
        var audit = examiner.result(Map.of(new TopicPartition("t-1", 2), 5L));
        assertThat(audit.isComplete()).isTrue();
        assertThat(audit.isRight()).isFalse();
    }

    @Test
    void aTopicWithOtherRecordsIsRefused() {
        assertThatThrownBy(() -> examiner.produced(record("t-1", 1, 1_000, new byte[] {1}, Map.of())))
                .hasMessageContaining("t-1-2-1000 is not a record of");
        assertThatThrownBy(() -> examiner.produced(record("t-1", 0, 1_000, trades.trade(0).value(), Map.of())))
                .hasMessageContaining("a second time");
    }

    @Test
    void idsAreReadAsCoordinatesEvenWithDashesInTheTopic() {
        assertThat(Coordinate.parse("a-b-1-22")).contains(new Coordinate("a-b", 1, 22));
        assertThat(List.of("", "a", "a-1", "-1-2", "a-b-2", "a-1-b")).map(Coordinate::parse).allMatch(Optional::isEmpty);
    }

    private void carryAllBut(int left) {
        for (int number = 0; number < RECORDS; number++) {
            if (number == left) {
                continue;
            }
            switch (trades.trade(number).outcome()) {
                case Trade.Stored _ -> examiner.document(new ElasticsearchServer.Document("t-1-2-" + number, 1, source(number)));
                case Trade.DeadLettered _ -> deadLetter(number);
                case Trade.Filtered _ -> { }
            }
        }
    }

    private void deadLetter(int number) {
        examiner.deadLetter(record("t-1.dead-letters", number, 0, trades.trade(number).value(), letterHeaders(number)));
    }

    private static Map<String, String> letterHeaders(int number) {
        return new HashMap<>(Map.of("penstock-topic", "t-1", "penstock-partition", "2", "penstock-offset", "" + number,
                "penstock-route", "trade-errors", "penstock-step", "convert",
                "penstock-reason", "timestamp returnCode returnMessage", "penstock-exception", "x.Y", "penstock-timestamp", "1",
                "penstock-attempts", "1", TradeRecords.NUMBER_HEADER, "" + number));
    }

    private JsonNode source(int number) {
        return JSON.valueToTree(((Trade.Stored) trades.trade(number).outcome()).document());
    }

    private int numberOf(Class<? extends Trade.Outcome> kind) {
        int number = 1;
        while (!kind.isInstance(trades.trade(number).outcome())) {
            number++;
        }
        return number;
    }

    private ConsumerRecord<byte[], byte[]> record(String topic, int number, long offset, byte @Nullable [] value, Map<String, String> headers) {
        var all = new RecordHeaders();
        headers.forEach((name, text) -> all.add(name, text.getBytes(StandardCharsets.UTF_8)));
        return new ConsumerRecord<>(topic, 2, offset, 0, TimestampType.CREATE_TIME, 0, 0, trades.trade(number).key(), value, all,
                Optional.empty());
    }
}

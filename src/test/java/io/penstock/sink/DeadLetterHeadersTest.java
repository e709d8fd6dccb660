package io.penstock.sink;

import static io.penstock.sink.DeadLetterFixtures.REASON;
import static io.penstock.sink.DeadLetterFixtures.delivery;
import static io.penstock.sink.DeadLetterFixtures.record;
import static io.penstock.sink.DeadLetterFixtures.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class DeadLetterHeadersTest {

    @Test
    void keepsTheRecordsHeadersInOrderAndSaysWhatHappened() {
        var headers = new RecordHeaders().add("a", utf8("1")).add("b", null).add("a", utf8("2"));

        assertThat(headersOf("trade", 42, headers, false)).containsExactly("a=1", "b=null", "a=2",
                "penstock-route=trade-errors", "penstock-step=convert1",
                "penstock-reason=field timestamp: a number was expected",
                "penstock-exception=io.penstock.convert.ConversionException", "penstock-topic=trade", "penstock-partition=0",
                "penstock-offset=42", "penstock-timestamp=1595944295000", "penstock-attempts=1");
    }

    @Test
    void aRecordThatFailsAgainSaysWhereItCameFromFirstAndWhyItFailedLast() {
        var headers = new RecordHeaders().add("penstock-route", utf8("old")).add("penstock-reason", utf8("old"))
                .add("penstock-topic", utf8("first")).add("penstock-partition", utf8("3"))
                .add("penstock-offset", utf8("7")).add("penstock-timestamp", utf8("1")).add("a", utf8("1"));

        assertThat(headersOf("first.dead-letters", 42, headers, true)).containsExactly("penstock-topic=first", "penstock-partition=3",
                "penstock-offset=7", "penstock-timestamp=1", "a=1", "penstock-route=trade-errors", "penstock-step=convert1",
                "penstock-reason=field timestamp: a number was expected",
                "penstock-exception=io.penstock.convert.ConversionException", "penstock-attempts=1");
    }

    @Test
    void whereARecordSaysItCameFromIsNotBelievedUnlessItWasADeadLetter() {
        var forged = new RecordHeaders().add("penstock-topic", utf8("other")).add("penstock-partition", utf8("3"))
                .add("penstock-offset", utf8("7")).add("penstock-timestamp", utf8("1")).add("a", utf8("1"));
        var letter = new DeadLetter(delivery(record("trade", 42, null, null, forged), new AtomicInteger()), REASON, false);

        assertThat(headers(letter)).contains("a=1", "penstock-topic=trade", "penstock-partition=0", "penstock-offset=42")
                .doesNotContain("penstock-topic=other", "penstock-offset=7");
        var bare = Stream.iterate(letter, next -> next.smaller().orElseThrow()).filter(l -> l.detail() == DeadLetter.Detail.NONE)
                .findFirst().orElseThrow();
        assertThat(headers(bare)).containsExactly("a=1");
    }

    @Test
    void aDeadLetterThatIsTooLargeSaysLessAndLessDownToTheRecordAsItCame() {
        var letter = new DeadLetter(delivery(record("trade", 42, null, null, new RecordHeaders().add("a", utf8("1"))),
                new AtomicInteger()), REASON, false);

        var origin = letter.smaller().flatMap(DeadLetter::smaller).orElseThrow();
        assertThat(DeadLetterHeaders.of(origin)).extracting(org.apache.kafka.common.header.Header::key)
                .containsExactly("a", "penstock-topic", "penstock-partition", "penstock-offset", "penstock-timestamp");
        assertThat(DeadLetterHeaders.of(origin.smaller().orElseThrow())).extracting(org.apache.kafka.common.header.Header::key)
                .containsExactly("a");
        assertThat(origin.smaller().flatMap(DeadLetter::smaller).flatMap(DeadLetter::smaller)).isEmpty();
    }

    private static List<String> headersOf(String topic, long offset, Headers headers, boolean again) {
        return headers(new DeadLetter(delivery(record(topic, offset, null, null, headers), new AtomicInteger()), REASON, again));
    }

    private static List<String> headers(DeadLetter letter) {
        return StreamSupport.stream(DeadLetterHeaders.of(letter).spliterator(), false)
                .map(h -> h.key() + '=' + (h.value() == null ? null : new String(h.value(), StandardCharsets.UTF_8)))
                .toList();
    }
}

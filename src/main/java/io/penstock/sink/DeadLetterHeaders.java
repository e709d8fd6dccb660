package io.penstock.sink;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

import io.penstock.sink.DeadLetter.Detail;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** The headers a dead letter has on Kafka: those of the record, in their order, and behind them what happened to it. */
final class DeadLetterHeaders {

    static final String ROUTE = "penstock-route";
    static final String STEP = "penstock-step";
    static final String REASON = "penstock-reason";
    static final String EXCEPTION = "penstock-exception";
    static final String TOPIC = "penstock-topic";
    static final String PARTITION = "penstock-partition";
    static final String OFFSET = "penstock-offset";
    static final String TIMESTAMP = "penstock-timestamp";
    static final String ATTEMPTS = "penstock-attempts";

    private static final List<String> ORIGIN = List.of(TOPIC, PARTITION, OFFSET, TIMESTAMP);
    private static final Set<String> LATEST = Set.of(ROUTE, STEP, REASON, EXCEPTION, ATTEMPTS);

    private DeadLetterHeaders() {
    }

    /** Whether a header says what happened to a record, and is none of its own. */
    static boolean isOurs(String key) {
        return ORIGIN.contains(key) || LATEST.contains(key);
    }

    /**
     * A dead letter that is too large says less, down to nothing. A record that was a dead letter before and fails again keeps
     * saying where it came from first; all else is said anew. What any other record says of where it came from is left out: a
     * replay would believe it.
     */
    static Headers of(DeadLetter letter) {
        ConsumerRecord<?, ?> record = letter.delivery().record();
        boolean bare = letter.detail() == Detail.NONE || letter.detail() == Detail.RAW;
        boolean again = letter.again();
        var headers = new RecordHeaders();
        for (Header header : record.headers()) {
            if ((bare || !LATEST.contains(header.key())) && (again || !ORIGIN.contains(header.key()))) {
                headers.add(header);
            }
        }
        if (bare) {
            return headers;
        }
        boolean reasoned = letter.detail() != Detail.ORIGIN;
        if (reasoned) {
            add(headers, ROUTE, letter.delivery().route());
            add(headers, STEP, letter.reason().step());
            add(headers, REASON, letter.reason().message());
            add(headers, EXCEPTION, letter.reason().exception());
        }
        if (!again) {
            add(headers, TOPIC, record.topic());
            add(headers, PARTITION, String.valueOf(record.partition()));
            add(headers, OFFSET, String.valueOf(record.offset()));
            add(headers, TIMESTAMP, String.valueOf(record.timestamp()));
        }
        if (reasoned) {
            add(headers, ATTEMPTS, String.valueOf(letter.reason().attempts()));
        }
        return headers;
    }

    private static void add(Headers headers, String key, String value) {
        headers.add(key, value.getBytes(StandardCharsets.UTF_8));
    }
}

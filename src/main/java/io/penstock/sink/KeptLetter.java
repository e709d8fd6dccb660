package io.penstock.sink;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter read back from its topic.
 *
 * @param original the record as it arrived, where it arrived: topic, partition, offset and timestamp are those of then
 * @param route    the id of the route it failed in; empty if it was kept without that
 * @param reason   why; empty if it was kept without that
 */
public record KeptLetter(ConsumerRecord<byte @Nullable [], byte @Nullable []> original, String route, String reason) {

    /** Nothing if the record does not say where it came from: one that just fitted its topic was kept bare, or it is no letter. */
    public static Optional<KeptLetter> of(ConsumerRecord<byte @Nullable [], byte @Nullable []> letter) {
        var topic = text(letter, DeadLetterHeaders.TOPIC);
        if (topic.isEmpty()) {
            return Optional.empty();
        }
        try {
            long timestamp = Long.parseLong(text(letter, DeadLetterHeaders.TIMESTAMP));
            var headers = new RecordHeaders();
            for (Header header : letter.headers()) {
                if (!DeadLetterHeaders.isOurs(header.key())) {
                    headers.add(header);
                }
            }
            var original = new ConsumerRecord<>(topic, Integer.parseInt(text(letter, DeadLetterHeaders.PARTITION)),
                    Long.parseLong(text(letter, DeadLetterHeaders.OFFSET)), timestamp,
                    timestamp < 0 ? TimestampType.NO_TIMESTAMP_TYPE : TimestampType.CREATE_TIME, letter.serializedKeySize(),
                    letter.serializedValueSize(), letter.key(), letter.value(), headers, Optional.empty());
            return Optional.of(new KeptLetter(original, text(letter, DeadLetterHeaders.ROUTE), text(letter, DeadLetterHeaders.REASON)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static String text(ConsumerRecord<?, ?> letter, String header) {
        var found = letter.headers().lastHeader(header);
        return found == null || found.value() == null ? "" : new String(found.value(), StandardCharsets.UTF_8);
    }
}

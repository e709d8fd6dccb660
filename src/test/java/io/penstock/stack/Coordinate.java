package io.penstock.stack;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Where a record lies in Kafka; its text is the id of the document made from it. */
record Coordinate(String topic, int partition, long offset) {

    /** Of a dead letter. */
    static final List<String> HEADERS = List.of("penstock-topic", "penstock-partition", "penstock-offset");

    /** Empty when the text does not have the shape {@code topic-partition-offset}. */
    static Optional<Coordinate> parse(String id) {
        int offsetAt = id.lastIndexOf('-');
        int partitionAt = id.lastIndexOf('-', offsetAt - 1);
        if (partitionAt < 1 || !id.substring(partitionAt).matches("-\\d{1,9}-\\d{1,18}")) {
            return Optional.empty();
        }
        return Optional.of(new Coordinate(id.substring(0, partitionAt),
                Integer.parseInt(id.substring(partitionAt + 1, offsetAt)), Long.parseLong(id.substring(offsetAt + 1))));
    }

    /** Where a dead letter says that its record lay; empty when it doesn't. */
    static Optional<Coordinate> ofLetter(ConsumerRecord<?, ?> letter) {
        return parse(HEADERS.stream().map(letter.headers()::lastHeader)
                .map(header -> header == null || header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("-")));
    }

    @Override
    public String toString() {
        return topic + "-" + partition + "-" + offset;
    }
}

package io.penstock.stack;

import java.util.Optional;

/** Where a record lies in Kafka; its text is the id of the document made from it. */
record Coordinate(String topic, int partition, long offset) {

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

    @Override
    public String toString() {
        return topic + "-" + partition + "-" + offset;
    }
}

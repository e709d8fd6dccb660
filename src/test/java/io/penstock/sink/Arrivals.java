package io.penstock.sink;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.penstock.delivery.Delivery;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A source as the sink sees it: makes real deliveries and counts how often each was settled. */
final class Arrivals {

    private final ConcurrentMap<Delivery, AtomicInteger> settled = new ConcurrentHashMap<>();

    Delivery delivery(long offset) {
        var record = new ConsumerRecord<byte[], byte[]>("trade", 0, offset, null, new byte[] { 1 });
        var delivery = new Delivery(record, Delivery.documentId("trade", 0, offset), 1,
                d -> settled.computeIfAbsent(d, x -> new AtomicInteger()).incrementAndGet());
        delivery.route("trade-errors");
        return delivery;
    }

    /** Documents {@code {"n":offset}} of as many new records, whose exchanges have let go of them once {@link #letGo}. */
    List<BulkDocument> documents(int count) {
        return IntStream.range(0, count).mapToObj(n -> document(n, BulkAction.INDEX)).toList();
    }

    BulkDocument document(long offset, BulkAction action) {
        var delivery = delivery(offset);
        return new BulkDocument(delivery, null, delivery.documentId(), action, ("{\"n\":" + offset + "}").getBytes());
    }

    static void letGo(List<BulkDocument> documents) {
        documents.forEach(d -> d.delivery().release());
    }

    int timesSettled(Delivery delivery) {
        var times = settled.get(delivery);
        return times == null ? 0 : times.get();
    }

    int settled() {
        return settled.size();
    }
}

package io.penstock.sink;

import java.util.ArrayList;
import java.util.List;

/** The items of one {@code POST /_bulk}. Guarded by the sink's lock while it waits, one thread's afterwards. */
final class BulkRequest {

    private final BulkTarget target;
    private final List<BulkItem> items;
    private final boolean open;
    private final int failures;
    private long bytes;

    /**
     * @param open     whether it may take in items of other submissions while it waits
     * @param failures how often in a row sending its items has failed
     */
    BulkRequest(BulkTarget target, List<BulkItem> items, boolean open, int failures) {
        this.target = target;
        this.items = new ArrayList<>(items);
        this.open = open;
        this.failures = failures;
        items.forEach(item -> bytes += item.bytes());
    }

    /** Cuts items into requests of at most {@code maxBytes}; a larger item gets one for itself. */
    static List<BulkRequest> cut(BulkTarget target, List<BulkItem> items, long maxBytes, boolean open) {
        var requests = new ArrayList<BulkRequest>();
        int from = 0;
        long bytes = 0;
        for (int i = 0; i < items.size(); i++) {
            if (i > from && bytes + items.get(i).bytes() > maxBytes) {
                requests.add(new BulkRequest(target, items.subList(from, i), open, 0));
                from = i;
                bytes = 0;
            }
            bytes += items.get(i).bytes();
        }
        if (from < items.size()) {
            requests.add(new BulkRequest(target, items.subList(from, items.size()), open, 0));
        }
        return requests;
    }

    /** Takes the other's items in, if that is allowed and they fit. */
    boolean join(BulkRequest other, long maxBytes, int maxItems) {
        if (!open || !other.open || !target.equals(other.target) || bytes + other.bytes > maxBytes
                || items.size() + other.items.size() > maxItems) {
            return false;
        }
        items.addAll(other.items);
        bytes += other.bytes;
        return true;
    }

    List<BulkRequest> halves() {
        int middle = items.size() / 2;
        return List.of(new BulkRequest(target, items.subList(0, middle), false, 0),
                new BulkRequest(target, items.subList(middle, items.size()), false, 0));
    }

    /** What is left of it to be sent later. */
    BulkRequest again(List<BulkItem> left) {
        return new BulkRequest(target, left, false, failures + 1);
    }

    byte[] body() {
        var body = new byte[Math.toIntExact(bytes)];
        int at = 0;
        for (var item : items) {
            at = item.write(body, at);
        }
        return body;
    }

    BulkTarget target() {
        return target;
    }

    List<BulkItem> items() {
        return items;
    }

    int failures() {
        return failures;
    }

    long bytes() {
        return bytes;
    }
}

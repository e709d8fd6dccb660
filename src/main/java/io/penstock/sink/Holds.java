package io.penstock.sink;

import java.util.List;

import org.jboss.logging.Logger;

/** Takes and releases the holds that documents have on their deliveries. */
final class Holds {

    private static final Logger LOG = Logger.getLogger(Holds.class);

    private Holds() {
    }

    /**
     * Takes one hold for each document, or none.
     *
     * @throws IllegalStateException if a delivery is settled already
     */
    static void take(List<BulkDocument> documents) {
        int taken = 0;
        try {
            for (; taken < documents.size(); taken++) {
                var delivery = documents.get(taken).delivery();
                if (delivery != null) {
                    delivery.hold();
                }
            }
        } catch (RuntimeException e) {
            documents.subList(0, taken).forEach(Holds::release);
            throw e;
        }
    }

    /**
     * Releases one hold of a document. Never throws: it is called where nobody sees an exception, and the documents beside
     * this one must be released all the same.
     */
    static void release(BulkDocument document) {
        var delivery = document.delivery();
        if (delivery != null) {
            try {
                delivery.release();
            } catch (RuntimeException | Error e) {
                LOG.errorf(e, "Settling the delivery of %s failed. Its partition may not be committed any further until it is"
                        + " assigned anew; this is a bug in Penstock.", delivery.coordinates());
            }
        }
    }
}

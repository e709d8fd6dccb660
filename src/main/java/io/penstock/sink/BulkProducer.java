package io.penstock.sink;

import java.util.List;

import io.penstock.delivery.Delivery;

import org.apache.camel.AsyncCallback;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;

/**
 * The endpoint's {@code operation=Bulk}.
 *
 * <p>A {@link BulkBatch} is done when each of its documents has ended; the body is the {@link BulkResult} then. An exchange of
 * a record (it carries a delivery) is done at once, and the delivery waits for its documents: whatever feeds the route never
 * waits for Elasticsearch. An exchange of neither kind, a timer's, is done when its documents have ended, and fails if one can
 * never be stored.
 */
final class BulkProducer extends DefaultAsyncProducer {

    private final DocumentSink sink;
    private final BulkTarget target;
    /** Of exchanges that were not aggregated. */
    private final BulkDocuments single = BulkDocuments.plain();

    BulkProducer(Endpoint endpoint, DocumentSink sink, BulkTarget target) {
        super(endpoint);
        this.sink = sink;
        this.target = target;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        try {
            if (exchange.getMessage().getBody() instanceof BulkBatch batch) {
                return store(batch, exchange, callback);
            }
            if (exchange.getMessage().getBody() instanceof BulkResult) {
                throw new IllegalArgumentException("the body is what a bulk has answered, and no document; to store a group in two"
                        + " indices, put the bulks into a multicast");
            }
            var documents = single.of(exchange);
            if (exchange.getProperty(Delivery.PROPERTY) == null) {
                return store(documents, exchange, callback);
            }
            sink.store(documents, target);
        } catch (Exception e) {
            exchange.setException(e);
        }
        callback.done(true);
        return true;
    }

    private boolean store(BulkBatch batch, Exchange exchange, AsyncCallback callback) {
        var stored = sink.storeBatch(batch.documents(), target);
        batch.submitted(exchange);
        stored.thenAcceptAsync(result -> done(result, exchange, callback), sink.threads());
        return false;
    }

    private boolean store(List<BulkDocument> documents, Exchange exchange, AsyncCallback callback) {
        sink.store(documents, target).thenAcceptAsync(result -> done(result, exchange, callback), sink.threads());
        return false;
    }

    private static void done(BulkResult result, Exchange exchange, AsyncCallback callback) {
        if (result.firstFailure() != null) {
            exchange.setException(new BulkFailedException(result));
        }
        exchange.getMessage().setBody(result);
        callback.done(false);
    }
}

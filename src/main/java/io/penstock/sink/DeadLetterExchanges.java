package io.penstock.sink;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

import org.apache.camel.AsyncProducer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;

/**
 * Keeps dead letters behind any Camel endpoint but Kafka's, as JSON objects. A dead letter that is sent again overwrites
 * itself where the endpoint can do that: it has the same document id, or the same file name.
 */
final class DeadLetterExchanges implements DeadLetterEndpoint {

    private static final int MAX_UNDER_WAY = 16;

    private final DeadLetterEnvelope envelope = new DeadLetterEnvelope();
    private final Semaphore room = new Semaphore(MAX_UNDER_WAY);
    private final Endpoint endpoint;
    private final AsyncProducer producer;

    DeadLetterExchanges(Endpoint endpoint) throws Exception {
        this.endpoint = endpoint;
        producer = endpoint.createAsyncProducer();
        ServiceHelper.startService(producer);
    }

    @Override
    public CompletableFuture<?> send(DeadLetter letter) throws Exception {
        Exchange exchange = endpoint.createExchange();
        exchange.getMessage().setBody(envelope.of(letter, Instant.now()));
        String uri = endpoint.getEndpointUri();
        if (uri.startsWith("elasticsearch")) {
            exchange.getMessage().setHeader("indexId", letter.name());
        } else if (!uri.contains("fileName=")) {
            exchange.getMessage().setHeader(Exchange.FILE_NAME, letter.name() + ".json");
        }
        var acknowledged = new CompletableFuture<@Nullable Void>();
        room.acquire();
        acknowledged.whenComplete((none, failure) -> room.release());
        try {
            producer.process(exchange, sync -> {
                if (exchange.getException() != null) {
                    acknowledged.completeExceptionally(exchange.getException());
                } else if (exchange.isRollbackOnly()) {
                    acknowledged.completeExceptionally(new IllegalStateException("rolled back"));
                } else {
                    acknowledged.complete(null);
                }
            });
        } catch (RuntimeException failure) {
            acknowledged.completeExceptionally(failure);
        }
        return acknowledged;
    }

    @Override
    public void close(Duration timeout) {
        ServiceHelper.stopAndShutdownService(producer);
    }

    @Override
    public String advice(Throwable failure) {
        return "look at what stands behind it, and at penstock.dead-letters.uri";
    }
}

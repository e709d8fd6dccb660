package io.penstock.sink;

import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.spi.Synchronization;
import org.jspecify.annotations.Nullable;

/**
 * Sees to a batch at the end of an exchange that carries it: what no bulk has taken over is not lost, and nothing is held for
 * ever. The copies of that exchange have ends of their own. It is made on the thread that has the exchange, which it then
 * belongs to, and works on whatever thread ends that.
 */
public final class BatchEnd implements Synchronization {

    private final BulkBatch batch;
    private final DeadLetters deadLetters;
    private final boolean holds;
    /** What had failed, and was dealt with, before the exchange was copied. */
    private final @Nullable Throwable before;

    private BatchEnd(Exchange exchange, BulkBatch batch, DeadLetters deadLetters, boolean holds) {
        this.batch = batch;
        this.deadLetters = deadLetters;
        this.holds = holds;
        this.before = caught(exchange);
        batch.end(this);
        exchange.getMessage().setBody(batch);
        exchange.getExchangeExtension().addOnCompletion(this);
    }

    /** The group's own exchange, whose body the batch becomes; it holds its documents already. */
    static void ofGroup(Exchange group, BulkBatch batch, DeadLetters deadLetters) {
        new BatchEnd(group, batch, deadLetters, true);
    }

    /**
     * A copy, if it is one of a group, for which nobody waits: it holds the documents, too. To be called while the group's
     * exchange is not done.
     */
    public static void ofCopy(Exchange copy, DeadLetters deadLetters) {
        if (copy.getMessage().getBody() instanceof BulkBatch batch) {
            new BatchEnd(copy, batch.copy(), deadLetters, true);
        }
    }

    /** A branch, if it is one of a group, for which the group's exchange waits. It need not be run. */
    public static void ofBranch(Exchange branch, DeadLetters deadLetters) {
        if (branch.getMessage().getBody() instanceof BulkBatch batch) {
            new BatchEnd(branch, batch.branch(), deadLetters, false);
        }
    }

    @Override
    public void onComplete(Exchange exchange) {
        // A failure that an error handler called handled has stored nothing all the same.
        var caught = caught(exchange);
        end(caught == before ? null : caught, exchange);
    }

    @Override
    public void onFailure(Exchange exchange) {
        var cause = exchange.getException() != null ? exchange.getException() : caught(exchange);
        end(cause != null ? cause : new IllegalStateException("the aggregated exchange was rolled back"), exchange);
    }

    private static @Nullable Throwable caught(Exchange exchange) {
        return exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Throwable.class);
    }

    private void end(@Nullable Throwable cause, Exchange exchange) {
        if (cause == null) {
            batch.leftOut();
        } else if (!batch.isSubmitted()) {
            var node = exchange.getExchangeExtension().getHistoryNodeId();
            var message = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
            var reason = new DeadLetterReason(node == null ? "aggregate" : node, message, cause.getClass().getName(), 1);
            for (var document : batch.documents()) {
                if (document.delivery() != null) {
                    deadLetters.send(document.delivery(), reason);
                }
            }
        }
        if (holds) {
            batch.release();
        }
    }
}

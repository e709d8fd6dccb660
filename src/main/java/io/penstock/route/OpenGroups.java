package io.penstock.route;

import java.time.Duration;

import io.penstock.sink.BulkStrategy;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExchangeException;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Ordered;
import org.apache.camel.Processor;
import org.apache.camel.processor.aggregate.AggregateProcessor;
import org.apache.camel.processor.aggregate.MemoryAggregationRepository;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.spi.WrapAwareProcessor;
import org.apache.camel.support.AsyncProcessorConverterHelper;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.jspecify.annotations.Nullable;

/**
 * Lets ordinary records into the open group of an aggregation in front of a bulk, where Camel would copy each exchange with all that
 * is in it, of which the group keeps the document. What begins a group, completes it, or keeps its timeout away goes Camel's way, as
 * do aggregations with other options.
 */
public final class OpenGroups implements InterceptStrategy, Ordered {

    /** What part of its timeout a group may complete too early by, and no more than so long. */
    private static final int UNSEEN_SHARE = 100;
    private static final long MOST_UNSEEN_NANOS = Duration.ofMillis(20).toNanos();

    @Override
    public Processor wrapProcessorInInterceptors(CamelContext context, NamedNode step, Processor target, @Nullable Processor next) {
        return target instanceof AggregateProcessor aggregate && aggregate.getAggregationStrategy() instanceof BulkStrategy strategy
                && isPlain(aggregate) ? new Joining(aggregate, strategy) : AsyncProcessorConverterHelper.convert(target);
    }

    /** Next to the step: whoever watches steps sees each record. */
    @Override
    public int getOrder() {
        return Ordered.LOWEST;
    }

    private static boolean isPlain(AggregateProcessor aggregate) {
        return aggregate.getCompletionPredicate() == null && aggregate.getCompletionSizeExpression() == null
                && aggregate.getCompletionTimeoutExpression() == null && !aggregate.isEagerCheckCompletion()
                && !aggregate.isCompletionFromBatchConsumer() && aggregate.getCloseCorrelationKeyOnCompletion() == null
                && !aggregate.isOptimisticLocking() && !aggregate.isDiscardOnCompletionTimeout()
                && !aggregate.isDiscardOnAggregationFailure();
    }

    private static final class Joining extends DelegateAsyncProcessor implements WrapAwareProcessor {

        private final AggregateProcessor aggregate;
        private final BulkStrategy strategy;
        private final int mostRecords;
        private final long unseenNanos;

        private Joining(AggregateProcessor aggregate, BulkStrategy strategy) {
            super(aggregate);
            this.aggregate = aggregate;
            this.strategy = strategy;
            this.mostRecords = aggregate.getCompletionSize() > 0 ? aggregate.getCompletionSize() : Integer.MAX_VALUE;
            this.unseenNanos = aggregate.getCompletionTimeout() > 0
                    ? Math.min(Duration.ofMillis(aggregate.getCompletionTimeout()).toNanos() / UNSEEN_SHARE, MOST_UNSEEN_NANOS)
                    : Long.MAX_VALUE;
        }

        @Override
        public Processor getWrapped() {
            return getProcessor();
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            var group = group(exchange);
            if (group == null || !joins(group, exchange)) {
                return super.process(exchange, callback);
            }
            callback.done(true);
            return true;
        }

        /** Null if there is none, or it is not known: the aggregator says why. */
        private @Nullable Exchange group(Exchange exchange) {
            try {
                // No lock of Camel's: a group that it completes at this moment refuses.
                if (!(aggregate.getAggregationRepository() instanceof MemoryAggregationRepository groups)) {
                    return null;
                }
                var key = aggregate.getCorrelationExpression().evaluate(exchange, String.class);
                return key == null ? null : groups.get(exchange.getContext(), key);
            } catch (RuntimeException e) {
                return null;
            }
        }

        /** A record that fails here fails as in the aggregator, and is not tried there again: an expression may have changed it. */
        private boolean joins(Exchange group, Exchange exchange) {
            try {
                return strategy.join(group, exchange, mostRecords, unseenNanos);
            } catch (RuntimeException e) {
                exchange.setException(new CamelExchangeException("Error occurred during aggregation", exchange, e));
                return true;
            }
        }
    }
}

package io.penstock.route.lean;

import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.CamelContext;
import org.apache.camel.DisabledAware;
import org.apache.camel.Exchange;
import org.apache.camel.impl.engine.DefaultChannel;
import org.apache.camel.processor.errorhandler.RedeliveryErrorHandler;
import org.apache.camel.spi.CamelInternalProcessorAdvice;
import org.apache.camel.spi.ShutdownStrategy;
import org.apache.camel.support.AsyncProcessorConverterHelper;
import org.apache.camel.support.ExchangeHelper;
import org.jspecify.annotations.Nullable;

/**
 * What Camel puts around each step, its error handler included. Camel's own puts every step on a queue, and again what comes behind
 * it; that takes longer than most steps. This one calls the step, and asks the error handler only about a failure, which it treats
 * just as if the step had failed under it. Whatever is out of the ordinary (redeliveries, transactions, debugging, a forced stop, an
 * exchange that has failed before) goes Camel's way.
 */
final class LeanChannel extends DefaultChannel {

    private final ShutdownStrategy shutdown;
    private @Nullable NodeHistoryAdvice node;
    private @Nullable StreamCachingAdvice streams;
    private boolean otherAdvices;
    private @Nullable RedeliveryErrorHandler errorHandler;
    /** Null if every exchange goes Camel's way. */
    private @Nullable AsyncProcessor step;

    LeanChannel(CamelContext context) {
        super(context);
        shutdown = context.getShutdownStrategy();
    }

    @Override
    public void addAdvice(CamelInternalProcessorAdvice<?> advice) {
        super.addAdvice(advice);
        if (advice instanceof NodeHistoryAdvice a) {
            node = a;
        } else if (advice instanceof StreamCachingAdvice a) {
            streams = a;
        } else {
            otherAdvices = true;
        }
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        step = null;
        errorHandler = null;
        if (node == null || otherAdvices) {
            return;
        }
        if (getErrorHandler() == null) {
            step = AsyncProcessorConverterHelper.convert(getOutput());
        } else if (getErrorHandler() instanceof RedeliveryErrorHandler handler && !handler.determineIfRedeliveryIsEnabled()) {
            errorHandler = handler;
            step = AsyncProcessorConverterHelper.convert(handler.getOutput());
        }
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        var called = step;
        if (called == null || !isOrdinary(exchange)) {
            return super.process(exchange, callback);
        }
        var passage = new Passage(exchange, callback);
        try {
            if (streams != null) {
                streams.before(exchange);
            }
            node.before(exchange);
        } catch (Exception e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
        return called.process(exchange, passage) && !passage.isHandled;
    }

    private boolean isOrdinary(Exchange exchange) {
        var extension = exchange.getExchangeExtension();
        var unitOfWork = exchange.getUnitOfWork();
        return exchange.getException() == null && !exchange.isRouteStop() && !exchange.isTransacted() && !extension.isInterrupted()
                && !shutdown.isForceShutdown() && (errorHandler == null || !errorHandler.isStoppingOrStopped())
                && (unitOfWork == null || !unitOfWork.isBeforeAfterProcess())
                && !(getNextProcessor() instanceof DisabledAware processor && processor.isDisabled());
    }

    /** Through the step and on. */
    private final class Passage implements AsyncCallback {

        private final Exchange exchange;
        private final AsyncCallback callback;
        private boolean isHandled;

        private Passage(Exchange exchange, AsyncCallback callback) {
            this.exchange = exchange;
            this.callback = callback;
        }

        @Override
        public void done(boolean doneSync) {
            if (errorHandler != null && hasFailed()) {
                isHandled = true;
                // It finds the exchange failed, and goes on from there without the step.
                errorHandler.process(exchange, _ -> goOn(false));
                return;
            }
            if (errorHandler != null && exchange.getExchangeExtension().isInterrupted()) {
                exchange.setRouteStop(true);
            }
            goOn(doneSync);
        }

        private boolean hasFailed() {
            return exchange.getException() != null && !exchange.getExchangeExtension().isRedeliveryExhausted()
                    && !ExchangeHelper.isFailureHandled(exchange);
        }

        private void goOn(boolean doneSync) {
            try {
                node.after(exchange, null);
                if (streams != null) {
                    streams.after(exchange, null);
                }
            } catch (Exception e) {
                exchange.setException(e);
            }
            callback.done(doneSync);
        }
    }
}

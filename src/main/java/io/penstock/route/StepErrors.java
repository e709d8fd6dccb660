package io.penstock.route;

import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Ordered;
import org.apache.camel.Processor;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.spi.WrapAwareProcessor;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.jspecify.annotations.Nullable;

/**
 * Makes an {@link Error} in a step the exchange's exception, so that its record becomes a dead letter: a pattern on a long text that
 * overflows the stack, a class that can't be linked. Camel catches exceptions only, and the thread that reads would end without a
 * word. Only {@link OutOfMemoryError} is the whole process's, and passes.
 */
final class StepErrors implements InterceptStrategy, Ordered {

    @Override
    public Processor wrapProcessorInInterceptors(CamelContext context, NamedNode step, Processor target, @Nullable Processor next) {
        return new Guarded(target);
    }

    /** Next to the step but for {@link OpenGroups}: whatever else looks at it sees an exception. */
    @Override
    public int getOrder() {
        return Ordered.LOWEST - 1;
    }

    private static final class Guarded extends DelegateAsyncProcessor implements WrapAwareProcessor {

        private Guarded(Processor target) {
            super(target);
        }

        @Override
        public Processor getWrapped() {
            return getProcessor();
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            var end = new End(callback);
            boolean sync;
            try {
                sync = super.process(exchange, end);
            } catch (OutOfMemoryError e) {
                throw e;
            } catch (Error e) {
                exchange.setException(e);
                end.done(true);
                sync = true;
            }
            end.stepReturned();
            return sync;
        }
    }

    /** Goes on behind a step once it has returned: before it throws an error, it may call itself done, in a finally block of Camel's. */
    private static final class End implements AsyncCallback {

        private final AsyncCallback callback;
        private final Thread thread = Thread.currentThread();
        private boolean isReturned;
        private boolean isDone;
        private boolean isDoneSync;

        private End(AsyncCallback callback) {
            this.callback = callback;
        }

        @Override
        public void done(boolean doneSync) {
            if (Thread.currentThread() != thread || isReturned) {
                callback.done(doneSync);
            } else {
                isDone = true;
                isDoneSync = doneSync;
            }
        }

        void stepReturned() {
            isReturned = true;
            if (isDone) {
                callback.done(isDoneSync);
            }
        }
    }
}

package io.penstock.route.stand;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.jspecify.annotations.Nullable;

/** Tells the watch of every step of every route that is added from now on. */
final class StepInterceptor implements InterceptStrategy {

    private volatile @Nullable StepWatch watch;

    void watch(@Nullable StepWatch watch) {
        this.watch = watch;
    }

    @Override
    public Processor wrapProcessorInInterceptors(CamelContext context, NamedNode step, Processor target,
            @Nullable Processor next) {
        return new Watched(step, target);
    }

    private final class Watched extends DelegateAsyncProcessor {

        private final NamedNode step;
        private final String property;

        private Watched(NamedNode step, Processor target) {
            super(target);
            this.step = step;
            this.property = property(step);
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            var told = watch;
            if (told == null) {
                return super.process(exchange, callback);
            }
            for (var outer = step.getParent(); outer != null; outer = outer.getParent()) {
                if (exchange.getProperty(property(outer)) instanceof AtomicBoolean wentIn) {
                    wentIn.set(true);
                }
            }
            var wentIn = new AtomicBoolean();
            exchange.setProperty(property, wentIn);
            told.entering(step, exchange);
            return super.process(exchange, sync -> {
                told.left(step, exchange, wentIn.get());
                callback.done(sync);
            });
        }
    }

    private static String property(NamedNode step) {
        return "PenstockStep:" + System.identityHashCode(step);
    }
}

package io.penstock.console;

import java.util.List;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmHeapPressureMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.quarkus.runtime.ImageMode;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * The JVM's and the process's own meters, among {@code /q/metrics} from the first time that anyone asks for it: to make them takes
 * a twentieth of a start. What counts events, as {@code jvm_gc_pause_seconds} does, counts from then on.
 */
@Singleton
class MachineMetrics {

    private final MeterRegistry registry;
    private boolean isBound;

    MachineMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void install(@Observes Router router) {
        // Before Quarkus' own, which answers. Off the event loop: where the processor is scarce, this takes seconds.
        router.get("/q/metrics").order(Integer.MIN_VALUE).blockingHandler(this::bindFirst, false);
    }

    private void bindFirst(RoutingContext request) {
        bind();
        request.next();
    }

    private synchronized void bind() {
        if (!isBound) {
            isBound = true;
            List.<MeterBinder>of(new ClassLoaderMetrics(), new JvmHeapPressureMetrics(), new JvmInfoMetrics(), new JvmMemoryMetrics(),
                    new JvmThreadMetrics(), new FileDescriptorMetrics(), new ProcessorMetrics(), new UptimeMetrics())
                    .forEach(meters -> meters.bindTo(registry));
            if (ImageMode.current() == ImageMode.JVM) {
                new JvmGcMetrics().bindTo(registry);
            }
        }
    }
}

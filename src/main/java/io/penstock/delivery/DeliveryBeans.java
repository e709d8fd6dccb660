package io.penstock.delivery;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** Makes the one in-flight bound and the one set of delivery counters of the process. */
final class DeliveryBeans {

    private static final Logger LOG = Logger.getLogger(InFlight.class);
    private static final int HEAP_SHARE = 12;

    @Produces
    @Singleton
    InFlight inFlight(InFlightConfig config) {
        if (config.records() < 1 || config.bytes().asLongValue() < 1) {
            throw new IllegalArgumentException("penstock.in-flight.records and penstock.in-flight.bytes must be at least 1");
        }
        return new InFlight(config.records(), bytes(config.bytes().asLongValue(), Runtime.getRuntime().maxMemory()));
    }

    /** Beside a record as it came, its document and the request that carries it are in memory, and what is fetched ahead. */
    static long bytes(long configured, long heap) {
        long most = heap / HEAP_SHARE;
        if (configured > most) {
            LOG.infof("penstock.in-flight.bytes is %d MB and taken as %d MB, a twelfth of the heap.", configured >> 20, most >> 20);
        }
        return Math.min(configured, most);
    }

    @Produces
    @Singleton
    DeliveryMetrics deliveryMetrics(MeterRegistry registry, InFlight inFlight) {
        return new DeliveryMetrics(registry, inFlight);
    }
}

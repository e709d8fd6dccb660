package io.penstock.delivery;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Makes the one in-flight bound and the one set of delivery counters of the process. */
final class DeliveryBeans {

    @Produces
    @Singleton
    InFlight inFlight(InFlightConfig config) {
        if (config.records() < 1 || config.bytes().asLongValue() < 1) {
            throw new IllegalArgumentException("penstock.in-flight.records and penstock.in-flight.bytes must be at least 1");
        }
        return new InFlight(config.records(), config.bytes().asLongValue());
    }

    @Produces
    @Singleton
    DeliveryMetrics deliveryMetrics(MeterRegistry registry, InFlight inFlight) {
        return new DeliveryMetrics(registry, inFlight);
    }
}

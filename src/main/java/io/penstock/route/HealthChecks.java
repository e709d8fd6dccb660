package io.penstock.route;

import java.util.Map;
import java.util.Optional;

import io.penstock.source.kafka.ConsumerStates;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/** What {@code /q/health} says. A check only reads what others found out; it waits for nobody. */
final class HealthChecks {

    @Produces
    @Singleton
    @Startup
    HealthCheck started(Routes routes) {
        return () -> HealthCheckResponse.named("routes loaded").status(routes.isLoaded()).build();
    }

    @Produces
    @Singleton
    @Readiness
    HealthCheck routesReady(Routes routes) {
        return () -> {
            Map<String, String> faults = routes.faults();
            var response = HealthCheckResponse.named("routes").status(routes.isLoaded() && faults.isEmpty());
            faults.forEach(response::withData);
            return response.build();
        };
    }

    @Produces
    @Singleton
    @Readiness
    HealthCheck kafkaReady(ConsumerStates states) {
        return () -> check("kafka", states.problem());
    }

    private static HealthCheckResponse check(String name, Optional<String> problem) {
        var response = HealthCheckResponse.named(name).status(problem.isEmpty());
        problem.ifPresent(p -> response.withData("problem", p));
        return response.build();
    }
}

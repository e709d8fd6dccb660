package io.penstock.route;

import java.util.Optional;

import io.penstock.sink.CamelDeadLetters;
import io.penstock.sink.ElasticsearchPing;
import io.penstock.sink.ElasticsearchState;
import io.penstock.source.kafka.ConsumerStates;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/** What {@code /q/health} says. No check holds a thread: Elasticsearch is asked asynchronously, the rest is known. */
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
            // After a bad edit the service works as before: it stays ready, and the fault is told.
            var response = HealthCheckResponse.named("routes").status(routes.isReady());
            routes.faults().forEach(fault -> response.withData(fault.place(), fault.message()));
            return response.build();
        };
    }

    @Produces
    @Singleton
    @Readiness
    HealthCheck kafkaReady(ConsumerStates states) {
        return () -> check("kafka", states.problem());
    }

    @Produces
    @Singleton
    @Readiness
    AsyncHealthCheck elasticsearchReady(ElasticsearchState state, ElasticsearchPing ping) {
        return () -> {
            var known = state.problem();
            return known.isPresent() ? Uni.createFrom().item(check("elasticsearch", known))
                    : Uni.createFrom().completionStage(ping::ping).map(problem -> check("elasticsearch", problem));
        };
    }

    @Produces
    @Singleton
    @Readiness
    HealthCheck deadLettersReady(CamelDeadLetters deadLetters) {
        return () -> check("dead letters", deadLetters.problem());
    }

    private static HealthCheckResponse check(String name, Optional<String> problem) {
        var response = HealthCheckResponse.named(name).status(problem.isEmpty());
        problem.ifPresent(p -> response.withData("problem", p));
        return response.build();
    }
}

package io.penstock.route;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.delivery.InFlight;
import io.penstock.sink.CamelDeadLetters;
import io.penstock.sink.ElasticsearchPing;
import io.penstock.sink.ElasticsearchState;
import io.penstock.source.kafka.ConsumerStates;
import jakarta.inject.Singleton;

import static java.util.concurrent.CompletableFuture.completedFuture;

/** Gathers what the parts of the service know of their state. Any thread. */
@Singleton
public class StatusReports {

    private final Routes routes;
    private final InFlight inFlight;
    private final ConsumerStates consumers;
    private final ElasticsearchState elasticsearch;
    private final ElasticsearchPing ping;
    private final CamelDeadLetters deadLetters;
    private final MeterRegistry registry;

    StatusReports(Routes routes, InFlight inFlight, ConsumerStates consumers, ElasticsearchState elasticsearch,
            ElasticsearchPing ping, CamelDeadLetters deadLetters, MeterRegistry registry) {
        this.routes = routes;
        this.inFlight = inFlight;
        this.consumers = consumers;
        this.elasticsearch = elasticsearch;
        this.ping = ping;
        this.deadLetters = deadLetters;
        this.registry = registry;
    }

    /** Completed when Elasticsearch has shown whether it is there, within a few seconds; never exceptionally. */
    public CompletionStage<StatusReport> report() {
        var known = elasticsearch.problem();
        CompletionStage<Optional<String>> problem = known.isPresent() ? completedFuture(known) : ping.ping();
        return problem.thenApply(this::report);
    }

    private StatusReport report(Optional<String> elasticsearchProblem) {
        double lag = registry.find("penstock.consumer.lag").gauges().stream().mapToDouble(Gauge::value).sum();
        return new StatusReport(routes.isLoaded(), routes.states(), routes.faults(), inFlight.records(), inFlight.bytes(),
                (long) lag, consumers.problem(), elasticsearchProblem, deadLetters.problem());
    }
}

package io.penstock.route;

import java.time.Duration;

import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.delivery.DeliveryMetrics;
import io.penstock.delivery.InFlight;
import io.penstock.sink.DeadLetters;
import io.penstock.sink.DeadLettersConfig;
import io.penstock.source.DeadLetterTopics;
import io.penstock.source.Intake;
import io.penstock.source.OpenAggregations;
import io.penstock.source.fed.FedClientFactory;
import io.penstock.source.fed.Feeds;
import io.penstock.source.fed.GroupCommit;
import io.penstock.source.http.PushConfig;
import io.penstock.source.kafka.ConsumerStates;
import io.penstock.source.kafka.IncomingHeaders;
import io.penstock.source.kafka.KafkaSourceConfig;
import io.penstock.source.kafka.LedgerClientFactory;
import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import org.apache.camel.CamelContext;
import org.apache.camel.component.kafka.KafkaClientFactory;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.security.oauthbearer.BrokerJwtValidator;
import org.apache.kafka.common.security.oauthbearer.ClientCredentialsJwtRetriever;
import org.apache.kafka.common.security.oauthbearer.ClientJwtValidator;
import org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever;
import org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator;
import org.apache.kafka.common.security.oauthbearer.FileJwtRetriever;
import org.apache.kafka.common.security.oauthbearer.JwtBearerJwtRetriever;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Wires the source, the routes and the sink together. The named beans are what {@code camel.component.kafka.*} refers to. */
// Named in application.properties, and what SASL's OAUTHBEARER takes by default or by its settings; not among those Quarkus registers.
@RegisterForReflection(targets = {CooperativeStickyAssignor.class, DefaultJwtRetriever.class, DefaultJwtValidator.class,
    ClientCredentialsJwtRetriever.class, JwtBearerJwtRetriever.class, FileJwtRetriever.class, ClientJwtValidator.class,
    BrokerJwtValidator.class})
final class RouteBeans {

    @Produces
    @Singleton
    OpenAggregations openAggregations(CamelContext context) {
        return new Aggregations(context);
    }

    @Produces
    @Singleton
    ConsumerStates consumerStates(MeterRegistry registry,
            @ConfigProperty(name = "camel.component.kafka.session-timeout-ms") long sessionTimeoutMs) {
        return new ConsumerStates(registry, Duration.ofMillis(sessionTimeoutMs));
    }

    @Produces
    @Singleton
    @Unremovable
    @Named("sourceClientFactory")
    KafkaClientFactory sourceClientFactory(RoutesConfig routes, Feeds feeds, KafkaSourceConfig config, InFlight inFlight,
            DeliveryMetrics metrics, OpenAggregations aggregations, ConsumerStates states, DeadLetterTopics deadLetters, PushConfig push,
            Instance<Routes> running) {
        return switch (routes.source()) {
            case PULL -> new LedgerClientFactory(config, inFlight, metrics, aggregations, states, deadLetters,
                    () -> running.get().kafkaConsumers());
            case PUSH -> new FedClientFactory(feeds, new GroupCommit(inFlight, aggregations, push.linger()));
            // Whoever runs the tests says when a group is complete.
            case TEST -> new FedClientFactory(feeds, new GroupCommit(inFlight, () -> { }, push.linger()));
        };
    }

    @Produces
    @Singleton
    DeadLetterTopics deadLetterTopics(DeadLettersConfig config) {
        return new DeadLetterTopics(config.uri());
    }

    @Produces
    @Singleton
    Feeds feeds(DeadLetterTopics deadLetters) {
        return new Feeds(deadLetters);
    }

    @Produces
    @Singleton
    Intake intake(InFlight inFlight, DeliveryMetrics metrics) {
        return new Intake(inFlight, metrics);
    }

    @Produces
    @Singleton
    @Unremovable
    @Named("incomingHeaders")
    IncomingHeaders incomingHeaders() {
        return new IncomingHeaders();
    }

    @Produces
    @Singleton
    Routes routes(CamelContext context, RoutesConfig config, DeadLetters deadLetters, InFlight inFlight, MeterRegistry registry) {
        return new Routes(context, config, deadLetters, inFlight, registry);
    }

    @Produces
    @Singleton
    Drain drain(InFlight inFlight, OpenAggregations aggregations) {
        return new Drain(inFlight, aggregations);
    }

    @Produces
    @Singleton
    Summary summary(DeliveryMetrics metrics, InFlight inFlight) {
        return new Summary(metrics, inFlight);
    }
}

package io.penstock.route;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.EndpointAware;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.Route;
import org.apache.camel.Service;
import org.apache.camel.component.kafka.KafkaEndpoint;
import org.apache.camel.impl.engine.RouteService;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteDefinitionHelper;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jboss.logging.Logger;

/**
 * Builds the routes of a file down to their endpoints, expressions and bean references, as Camel does when it adds them, but
 * starts nothing: what is wrong is known before anything that runs is touched. One thread.
 */
final class TrialBuild {

    private static final Logger LOG = Logger.getLogger(TrialBuild.class);

    private final CamelContext context;
    private final RouteReader reader;

    TrialBuild(CamelContext context, RouteReader reader) {
        this.context = context;
        this.reader = reader;
    }

    /** @throws Exception what is wrong with the file */
    void run(RouteSource source) throws Exception {
        // A reading of its own: building leaves its marks on the model.
        RouteVersion version = reader.read(source);
        try {
            DeclaredBeans.seeing(version.beans(), () -> {
                version.routes().forEach(this::build);
                return true;
            });
        } finally {
            version.destroyBeans();
        }
    }

    private void build(RouteDefinition definition) {
        Set<Endpoint> known = new LinkedHashSet<>(context.getEndpoints());
        RouteDefinitionHelper.forceAssignIds(context, definition.getInput());
        RouteDefinitionHelper.forceAssignIds(context, definition);
        Route route = ((ModelCamelContext) context).getModelReifierFactory().createRoute(context, definition);
        try {
            if (route.getEndpoint() instanceof KafkaEndpoint kafka) {
                check(kafka, definition);
            }
            new RouteService(route).setUp();
        } finally {
            discard(route, known);
        }
    }

    /** Kafka's client looks at its settings only when it is made, on the poll thread. */
    private static void check(KafkaEndpoint kafka, RouteDefinition definition) {
        Map<String, Object> settings = new HashMap<>();
        kafka.getConfiguration().createConsumerProperties().forEach((name, value) -> settings.put(name.toString(), value));
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.putIfAbsent(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:9092");
        try {
            new ConsumerConfig(settings);
        } catch (ConfigException e) {
            throw new FailedToCreateRouteException(definition.getRouteId(), "", definition.getInput().getEndpointUri(), e);
        }
    }

    private void discard(Route route, Set<Endpoint> known) {
        var endpoints = new LinkedHashSet<Endpoint>();
        endpoints.add(route.getEndpoint());
        var services = new ArrayList<Service>();
        for (Service service : route.getServices()) {
            if (service instanceof EndpointAware aware && aware.getEndpoint() != null) {
                endpoints.add(aware.getEndpoint());
            }
            // An unstarted consumer has nothing to let go of; stopping it might touch the endpoint, which may be in use.
            if (!(service instanceof Consumer || service instanceof Endpoint)) {
                services.add(service);
            }
        }
        stop(services.reversed());
        try {
            for (var policy : route.getRoutePolicyList()) {
                context.removeService(policy);
            }
            endpoints.removeAll(known);
            for (Endpoint endpoint : endpoints) {
                context.removeEndpoint(endpoint);
            }
        } catch (Exception e) {
            LOG.debugf(e, "Trial build of route %s leaves something behind.", route.getRouteId());
        }
    }

    private static void stop(List<Service> services) {
        for (Service service : services) {
            try {
                ServiceHelper.stopAndShutdownService(service);
            } catch (RuntimeException e) {
                LOG.debugf(e, "%s of a trial build does not stop.", service.getClass().getName());
            }
        }
    }
}

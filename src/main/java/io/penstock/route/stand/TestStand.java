package io.penstock.route.stand;

import io.penstock.delivery.Delivery;
import io.penstock.route.RouteFault;
import io.penstock.route.Routes;
import io.penstock.sink.Recorder;
import io.penstock.source.fed.Feeds;
import io.penstock.source.OpenAggregations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.CamelContext;
import org.apache.camel.component.kafka.KafkaEndpoint;
import org.apache.camel.impl.engine.DefaultNodeIdFactory;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.InterceptSendToEndpoint;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Runs route files in source mode {@code test}: what is fed goes through the real routes, and what comes out is recorded.
 * One thread at a time.
 */
public final class TestStand {

    private static final long STEP_NANOS = Duration.ofNanos(200_000).toNanos();

    private final CamelContext context;
    private final Feeds feeds;
    private final Recorder recorder;
    private final OpenAggregations aggregations;
    private final Routes routes;
    private final StepInterceptor interceptor = new StepInterceptor();

    /** Prepares the context: no route added to it from now on sends anything out of the process, or takes in what is not fed. */
    public TestStand(CamelContext context, Feeds feeds, Recorder recorder, OpenAggregations aggregations, Routes routes) {
        this.context = context;
        this.feeds = feeds;
        this.recorder = recorder;
        this.aggregations = aggregations;
        this.routes = routes;
        context.setSourceLocationEnabled(true);
        context.getCamelContextExtension().addInterceptStrategy(interceptor);
        context.getCamelContextExtension().registerEndpointCallback(new StandIns());
    }

    /**
     * Runs the routes of these files, and none that ran before.
     *
     * @param locations Camel resource locations
     * @return what is wrong with them, as the service would say
     */
    public List<RouteFault> load(List<String> locations) {
        recorder.take();
        StepNames.countAgain();
        return routes.replace(locations);
    }

    /** Camel counts in the process (process1, process2); the same file is to get the same names, whatever was loaded before it. */
    private static final class StepNames extends DefaultNodeIdFactory {

        static void countAgain() {
            resetAllCounters();
        }
    }

    /** The definitions of the loaded routes. */
    public List<RouteDefinition> routes() {
        return ((ModelCamelContext) context).getRouteDefinitions();
    }

    /** The topics that the loaded routes read, in their order. */
    public List<String> topics() {
        var topics = new LinkedHashSet<String>();
        sources().forEach(kafka -> topics.addAll(List.of(kafka.getConfiguration().getTopic().split(","))));
        return List.copyOf(topics);
    }

    /** How the first of the loaded routes would reach its brokers, but for their addresses. */
    public Properties security() {
        return sources().isEmpty() ? new Properties() : sources().getFirst().getConfiguration().createConsumerProperties();
    }

    private List<KafkaEndpoint> sources() {
        var sources = new ArrayList<KafkaEndpoint>();
        for (var route : context.getRoutes()) {
            var endpoint = route.getEndpoint();
            if (endpoint instanceof InterceptSendToEndpoint standIn) {
                endpoint = standIn.getOriginalEndpoint();
            }
            if (endpoint instanceof KafkaEndpoint kafka) {
                sources.add(kafka);
            }
        }
        return sources;
    }

    /** Tells it of every step from now on; null to stop that. */
    public void watch(@Nullable StepWatch watch) {
        interceptor.watch(watch);
    }

    /**
     * Feeds the records and waits until each is settled; open aggregations are completed when nothing else moves.
     *
     * @return the deliveries of the records, in their order; not settled are those that took longer than {@code atMost}
     */
    public List<Delivery> run(List<ConsumerRecord<byte @Nullable [], byte @Nullable []>> records, Duration atMost) {
        var deliveries = new ArrayList<Delivery>();
        for (var record : records) {
            deliveries.add(new Delivery(record, 0, _ -> { }));
        }
        deliveries.forEach(feeds::feed);
        long deadline = System.nanoTime() + atMost.toNanos();
        while (System.nanoTime() < deadline && !deliveries.stream().allMatch(Delivery::isSettled)) {
            if (deliveries.stream().noneMatch(d -> d.route().isEmpty()) && context.getInflightRepository().size() == 0) {
                aggregations.complete();
            }
            LockSupport.parkNanos(STEP_NANOS);
        }
        return deliveries;
    }

    /** What came out since the last call. */
    public List<Recorder.Output> outputs() {
        return recorder.take();
    }

    /** Replaces {@code {{setting}}} by the setting. */
    public String settings(String text) {
        return context.resolvePropertyPlaceholders(text);
    }
}

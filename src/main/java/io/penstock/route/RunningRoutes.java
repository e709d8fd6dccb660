package io.penstock.route;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.component.kafka.KafkaConsumer;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.jboss.logging.Logger;

/**
 * Starts and stops the routes of files in the context. A route that stops is drained first: its consumer takes in nothing more,
 * its records are settled, their offsets committed. {@link #swap} belongs to one thread, {@link #states()} to any.
 */
final class RunningRoutes {

    private static final Logger LOG = Logger.getLogger(RunningRoutes.class);
    /** So long Camel waits for what is in a route whose consumer has stopped, and waited for its records on its own. */
    private static final Duration GRACE = Duration.ofSeconds(3);

    private record Started(String file, Instant since) {
    }

    private final ModelCamelContext context;
    private final DeclaredBeans beans;
    private final RouteReader reader;
    private final Map<String, Started> started = new ConcurrentHashMap<>();

    RunningRoutes(CamelContext context, DeclaredBeans beans, RouteReader reader) {
        this.context = (ModelCamelContext) context;
        this.beans = beans;
        this.reader = reader;
    }

    /**
     * Stops what is not in the next versions, starts what was not in the old ones, and leaves alone what is the same in both.
     * If a route does not start, it goes all the way back.
     */
    SwapResult swap(List<RouteSwap> swaps) {
        for (RouteSwap swap : swaps) {
            stop(swap.old().unlike(swap.next()));
        }
        swaps.forEach(swap -> beans.replace(swap.old().beans(), swap.next().beans()));
        for (RouteSwap swap : swaps) {
            try {
                start(swap.next(), swap.next().unlike(swap.old()));
            } catch (Exception | StackOverflowError | LinkageError e) {
                return new SwapResult.Restored(swap, e, back(swaps));
            }
        }
        swaps.stream().filter(RouteSwap::beansDiffer).forEach(swap -> swap.old().destroyBeans());
        return new SwapResult.Taken();
    }

    /** Returns the files whose old version does not start any more. */
    private Set<String> back(List<RouteSwap> swaps) {
        for (RouteSwap swap : swaps) {
            stop(swap.next().unlike(swap.old()));
        }
        swaps.forEach(swap -> beans.replace(swap.next().beans(), swap.old().beans()));
        swaps.stream().filter(RouteSwap::beansDiffer).forEach(swap -> swap.next().destroyBeans());
        var lost = new HashSet<String>();
        for (RouteSwap swap : swaps) {
            var old = swap.old();
            try {
                old = reader.again(old);
                start(old, old.unlike(swap.next()));
            } catch (Exception | StackOverflowError | LinkageError e) {
                LOG.errorf("%s: the version before does not start again (%s); its routes do not run. Save a good version.",
                        old.file(), e.getMessage());
                stop(old.routes());
                beans.replace(old.beans(), Map.of());
                old.destroyBeans();
                lost.add(old.location());
            }
        }
        return lost;
    }

    private void start(RouteVersion version, List<RouteDefinition> routes) throws Exception {
        // Those that others of the file send to come first.
        var order = new ArrayList<>(routes);
        order.sort(Comparator.comparing(RunningRoutes::isInner).reversed());
        DeclaredBeans.seeing(version.beans(), () -> {
            context.addRouteDefinitions(order);
            return true;
        });
        order.forEach(r -> started.put(r.getRouteId(), new Started(version.file(), Instant.now())));
    }

    private void stop(List<RouteDefinition> routes) {
        var strategy = context.getShutdownStrategy();
        long timeout = strategy.getTimeout();
        var unit = strategy.getTimeUnit();
        strategy.setTimeUnit(TimeUnit.SECONDS);
        strategy.setTimeout(GRACE.toSeconds());
        try {
            remove(routes);
        } finally {
            strategy.setTimeUnit(unit);
            strategy.setTimeout(timeout);
        }
    }

    private void remove(List<RouteDefinition> routes) {
        var order = new ArrayList<>(routes);
        order.sort(Comparator.comparing(RunningRoutes::isInner));
        for (RouteDefinition route : order) {
            Route running = context.getRoute(route.getRouteId());
            try {
                // Camel's own stop, once its grace is over, may interrupt the thread that reads instead of letting it drain
                // (penstock.kafka.drain-timeout).
                if (running != null && running.getConsumer() instanceof KafkaConsumer consumer) {
                    consumer.stop();
                }
                context.removeRouteDefinition(route);
                if (running != null) {
                    for (var policy : running.getRoutePolicyList()) {
                        context.removeService(policy);
                    }
                }
            } catch (Exception | LinkageError e) {
                LOG.errorf(e, "Route %s does not stop.", route.getRouteId());
            }
            started.remove(route.getRouteId());
        }
    }

    private static boolean isInner(RouteDefinition route) {
        return String.valueOf(route.getInput().getEndpointUri()).startsWith("direct:");
    }

    /** The started routes, in the order of their ids. */
    List<RouteState> states() {
        return started.entrySet().stream()
                .map(e -> new RouteState(e.getKey(), e.getValue().file, state(e.getKey()), e.getValue().since))
                .sorted(Comparator.comparing(RouteState::id)).toList();
    }

    private String state(String id) {
        var status = context.getRouteController().getRouteStatus(id);
        return status == null ? "Stopped" : status.name();
    }
}

package io.penstock.route;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteBuilderLifecycleStrategy;
import org.apache.camel.model.AggregateDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;

/**
 * What a route gets without a line in it: open aggregations complete when it stops, and their completion timeout is looked at
 * often enough to be honoured to within 50 ms (Camel looks once a second).
 */
public final class RouteDefaults implements RouteBuilderLifecycleStrategy {

    private static final String CHECKER_INTERVAL_MS = "20";

    @Override
    public void afterConfigure(RouteBuilder builder) {
        for (RouteDefinition route : builder.getRouteCollection().getRoutes()) {
            for (AggregateDefinition aggregate : ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(),
                    AggregateDefinition.class)) {
                if (aggregate.getCompletionTimeoutCheckerInterval() == null) {
                    aggregate.setCompletionTimeoutCheckerInterval(CHECKER_INTERVAL_MS);
                }
                if (aggregate.getForceCompletionOnStop() == null) {
                    aggregate.setForceCompletionOnStop("true");
                }
            }
        }
    }
}

package io.penstock.route;

import io.penstock.source.OpenAggregations;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.processor.aggregate.AggregateProcessor;

/** The aggregations of the running routes. */
final class Aggregations implements OpenAggregations {

    private final CamelContext context;

    Aggregations(CamelContext context) {
        this.context = context;
    }

    @Override
    public void complete() {
        if (!context.isStarted()) {
            return;
        }
        for (Route route : context.getRoutes()) {
            for (var processor : route.filter("*")) {
                if (processor instanceof AggregateProcessor aggregate) {
                    aggregate.forceCompletionOfAllGroups();
                }
            }
        }
    }
}

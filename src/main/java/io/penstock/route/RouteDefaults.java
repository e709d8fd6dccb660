package io.penstock.route;

import io.penstock.delivery.Delivery;
import io.penstock.sink.BatchEnd;
import io.penstock.sink.DeadLetters;
import io.penstock.sink.SplitParts;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteBuilderLifecycleStrategy;
import org.apache.camel.model.AggregateDefinition;
import org.apache.camel.model.MulticastDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RecipientListDefinition;
import org.apache.camel.model.SplitDefinition;
import org.apache.camel.model.WireTapDefinition;
import org.apache.camel.support.CamelContextHelper;
import org.jspecify.annotations.Nullable;

/**
 * What a route gets without a line in it: open aggregations complete when it stops, and their completion timeout is looked at
 * often enough to be honoured to within 50 ms (Camel looks once a second); what they gather waits in a queue with a bound where
 * the bound on records in flight doesn't hold; the copy that a wire tap sends holds the record's delivery, as nobody waits for it;
 * of a group, it is known of each branch and copy whether its documents were stored; and a split's part has another id than each
 * other part of its record.
 */
final class RouteDefaults implements RouteBuilderLifecycleStrategy {

    private static final String CHECKER_INTERVAL_MS = "20";

    private final DeadLetters deadLetters;

    RouteDefaults(DeadLetters deadLetters) {
        this.deadLetters = deadLetters;
    }

    @Override
    public void afterConfigure(RouteBuilder builder) {
        var routes = builder.getRouteCollection();
        Stream.concat(routes.getRoutes().stream(), routes.getOnExceptions().stream()).map(ProcessorDefinition::getOutputs)
                .forEach(steps -> {
                    ProcessorDefinitionHelper.filterTypeInOutputs(steps, AggregateDefinition.class).forEach(aggregate -> {
                        complete(aggregate);
                        bound(aggregate, builder.getContext());
                    });
                    ProcessorDefinitionHelper.filterTypeInOutputs(steps, WireTapDefinition.class)
                            .forEach(wireTap -> hold(wireTap, builder.getContext()));
                    ProcessorDefinitionHelper.filterTypeInOutputs(steps, MulticastDefinition.class).forEach(multicast -> multicast
                            .onPrepare(branch(own(multicast.getOnPrepare(), builder.getContext()))));
                    ProcessorDefinitionHelper.filterTypeInOutputs(steps, RecipientListDefinition.class).forEach(list -> list
                            .onPrepare(branch(own(list.getOnPrepare(), builder.getContext()))));
                    ProcessorDefinitionHelper.filterTypeInOutputs(steps, SplitDefinition.class).forEach(split -> split
                            .onPrepare(part(own(split.getOnPrepare(), builder.getContext()))));
                });
    }

    private static void complete(AggregateDefinition aggregate) {
        if (aggregate.getCompletionTimeoutCheckerInterval() == null) {
            aggregate.setCompletionTimeoutCheckerInterval(CHECKER_INTERVAL_MS);
        }
        if (aggregate.getForceCompletionOnStop() == null) {
            aggregate.setForceCompletionOnStop("true");
        }
    }

    /** Records are let go of when they are gathered, except in front of a bulk. */
    private static void bound(AggregateDefinition aggregate, CamelContext context) {
        if (aggregate.getExecutorService() == null && !LossRules.holds(aggregate, context)) {
            aggregate.setExecutorService(LossRules.isTrue(aggregate.getParallelProcessing(), context) ? RoutePools.BOUNDED_PARALLEL
                    : RoutePools.BOUNDED);
        }
    }

    private void hold(WireTapDefinition<?> wireTap, CamelContext context) {
        Processor own = own(wireTap.getOnPrepare(), context);
        // The thread of the record prepares the copy, while its own hold is still there.
        wireTap.onPrepare((Processor) copy -> {
            own.process(copy);
            if (copy.getProperty(Delivery.PROPERTY) instanceof Delivery delivery) {
                delivery.hold();
                copy.getExchangeExtension().addOnCompletion(new DeliveryRelease(delivery, deadLetters));
            }
            BatchEnd.ofCopy(copy, deadLetters);
        });
    }

    private Processor branch(Processor own) {
        return copy -> {
            own.process(copy);
            BatchEnd.ofBranch(copy, deadLetters);
        };
    }

    private static Processor part(Processor own) {
        return part -> {
            SplitParts.note(part);
            own.process(part);
        };
    }

    private static Processor own(@Nullable String onPrepare, CamelContext context) {
        return onPrepare == null ? copy -> { }
                : CamelContextHelper.mandatoryLookup(context, onPrepare.replaceFirst("^#(bean:)?", ""), Processor.class);
    }
}

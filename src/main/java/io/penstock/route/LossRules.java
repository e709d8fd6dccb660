package io.penstock.route;

import java.util.List;
import java.util.Map;

import io.penstock.route.check.KafkaSourceOptions;
import io.penstock.route.check.RouteSteps;
import io.penstock.sink.BulkStrategy;
import org.apache.camel.CamelContext;
import org.apache.camel.model.AggregateDefinition;
import org.apache.camel.model.MulticastDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RecipientListDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SplitDefinition;
import org.apache.camel.model.ThreadsDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.support.CamelContextHelper;
import org.jspecify.annotations.Nullable;

/** Refuses what Camel would run well enough, but at the price of records. {@code penstock check} says the same with a place. */
final class LossRules {

    private final CamelContext context;

    LossRules(CamelContext context) {
        this.context = context;
    }

    /**
     * With the beans of the routes' file in sight.
     *
     * @throws IllegalArgumentException if a route would lose records
     */
    void check(List<RouteDefinition> routes) {
        for (RouteDefinition route : routes) {
            KafkaInput.of(route, context).ifPresent(LossRules::source);
            ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ProcessorDefinition.class).forEach(this::step);
        }
    }

    private void step(ProcessorDefinition<?> step) {
        RouteSteps.refusal(step.getShortName()).ifPresent(LossRules::refuse);
        if (step instanceof AggregateDefinition aggregate) {
            aggregate(aggregate);
        } else if (step instanceof ThreadsDefinition threads) {
            option(step, "maxQueueSize", threads.getMaxQueueSize());
        } else if (step instanceof MulticastDefinition multicast) {
            option(step, "timeout", multicast.getTimeout());
            stopping(multicast.getParallelProcessing(), multicast.getExecutorService(), multicast.getStopOnException());
        } else if (step instanceof SplitDefinition split) {
            option(step, "timeout", split.getTimeout());
            stopping(split.getParallelProcessing(), split.getExecutorService(), split.getStopOnException());
        } else if (step instanceof RecipientListDefinition<?> list) {
            option(step, "timeout", list.getTimeout());
            stopping(list.getParallelProcessing(), list.getExecutorService(), list.getStopOnException());
        }
    }

    private void stopping(@Nullable String parallelProcessing, @Nullable String executorService, @Nullable String stopOnException) {
        if ((isTrue(parallelProcessing) || executorService != null) && isTrue(stopOnException)) {
            refuse(RouteSteps.stopping());
        }
    }

    private boolean isTrue(@Nullable String text) {
        return Boolean.TRUE.equals(CamelContextHelper.parseBoolean(context, text));
    }

    private static void option(ProcessorDefinition<?> step, String name, @Nullable String value) {
        if (value != null) {
            RouteSteps.refusal(step.getShortName(), name).ifPresent(LossRules::refuse);
        }
    }

    static void refuse(RouteSteps.Refusal refusal) {
        throw new IllegalArgumentException(refusal.message() + "; " + refusal.hint());
    }

    private static void source(KafkaInput input) {
        for (var option : input.options().entrySet()) {
            var refusal = KafkaSourceOptions.REFUSED.get(option.getKey());
            if (refusal != null && refusal.refuses(String.valueOf(option.getValue()))) {
                throw new IllegalArgumentException(refusal.message(option.getKey()) + "; " + refusal.hint());
            }
        }
        if (input.isPattern()) {
            KafkaSourceOptions.wrongPattern(input.topics()).ifPresent(message -> {
                throw new IllegalArgumentException(message);
            });
        }
    }

    private void aggregate(AggregateDefinition aggregate) {
        boolean holds = holds(aggregate, context);
        if (!holds && ProcessorDefinitionHelper.filterTypeInOutputs(aggregate.getOutputs(), ToDefinition.class).stream()
                .map(ToDefinition::getEndpointUri).anyMatch(uri -> uri.startsWith("elasticsearch:"))) {
            throw new IllegalArgumentException("in front of Elasticsearch only the bulk strategy keeps records until they are "
                    + "stored; write aggregationStrategy: \"#bulk\"");
        }
        if (holds) {
            refuse("discardOnCompletionTimeout", aggregate.getDiscardOnCompletionTimeout());
            refuse("discardOnAggregationFailure", aggregate.getDiscardOnAggregationFailure());
            refuse("optimisticLocking", aggregate.getOptimisticLocking());
            if (!"true".equals(aggregate.getEagerCheckCompletion())) {
                late("completionPredicate", aggregate.getCompletionPredicate());
                late("completionSizeExpression", aggregate.getCompletionSizeExpression());
                late("completionTimeoutExpression", aggregate.getCompletionTimeoutExpression());
            }
        }
    }

    private static void late(String option, @Nullable Object expression) {
        if (expression != null) {
            refuse(RouteSteps.late(option));
        }
    }

    private static void refuse(String option, String value) {
        if ("true".equals(value)) {
            throw new IllegalArgumentException(option + " is refused in front of a bulk: documents would be thrown away or gathered "
                    + "twice; take it out");
        }
    }

    /** Whether the aggregation holds its records until what it gathers is stored; with the file's beans in sight. */
    static boolean holds(AggregateDefinition aggregate, CamelContext context) {
        String name = String.valueOf(aggregate.getAggregationStrategy()).replaceFirst("^#(bean:)?", "");
        return context.getRegistry().lookupByName(name) instanceof BulkStrategy
                || name.equals("class:" + BulkStrategy.class.getName());
    }
}

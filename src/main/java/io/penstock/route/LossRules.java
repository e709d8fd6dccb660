package io.penstock.route;

import java.util.List;

import io.penstock.route.check.KafkaSourceOptions;
import io.penstock.route.check.RouteSteps;
import io.penstock.sink.BulkStrategy;
import org.apache.camel.CamelContext;
import org.apache.camel.model.AggregateDefinition;
import org.apache.camel.model.ChoiceDefinition;
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
        if ((isTrue(parallelProcessing, context) || executorService != null) && isTrue(stopOnException, context)) {
            refuse(RouteSteps.stopping());
        }
    }

    /** As Camel takes the text of an option: in any case, and with placeholders. */
    static boolean isTrue(@Nullable String text, CamelContext context) {
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
            refuse(RouteSteps.strategy());
        }
        if (holds) {
            group(aggregate.getOutputs(), false, false);
            lossy("discardOnCompletionTimeout", aggregate.getDiscardOnCompletionTimeout());
            lossy("discardOnAggregationFailure", aggregate.getDiscardOnAggregationFailure());
            lossy("optimisticLocking", aggregate.getOptimisticLocking());
            lossy("ignoreInvalidCorrelationKeys", aggregate.getIgnoreInvalidCorrelationKeys());
            if (!isTrue(aggregate.getEagerCheckCompletion(), context)) {
                late("completionPredicate", aggregate.getCompletionPredicate());
                late("completionSizeExpression", aggregate.getCompletionSizeExpression());
                late("completionTimeoutExpression", aggregate.getCompletionTimeoutExpression());
            }
        }
    }

    /**
     * @param isApart  whether each of the steps begins with the same body
     * @param isAnswer whether that is what a bulk answered
     */
    private static void group(List<ProcessorDefinition<?>> steps, boolean isApart, boolean isAnswer) {
        boolean now = isAnswer;
        for (var step : steps) {
            boolean isBulk = step instanceof ToDefinition to && to.getEndpointUri().startsWith("elasticsearch:")
                    && to.getEndpointUri().contains("operation=Bulk");
            if (isBulk && now) {
                refuse(RouteSteps.secondBulk());
            }
            group(step.getOutputs(), step instanceof MulticastDefinition || step instanceof ChoiceDefinition, now);
            now = isApart ? isAnswer : isBulk || now && RouteSteps.keepsBody(step.getShortName());
        }
    }

    private static void late(String option, @Nullable Object expression) {
        if (expression != null) {
            refuse(RouteSteps.late(option));
        }
    }

    private void lossy(String option, @Nullable String value) {
        if (isTrue(value, context)) {
            refuse(RouteSteps.inFrontOfABulk(option));
        }
    }

    /** Whether the aggregation holds its records until what it gathers is stored; with the file's beans in sight. */
    static boolean holds(AggregateDefinition aggregate, CamelContext context) {
        String name = String.valueOf(aggregate.getAggregationStrategy()).replaceFirst("^#(bean:)?", "");
        return context.getRegistry().lookupByName(name) instanceof BulkStrategy
                || name.equals("class:" + BulkStrategy.class.getName());
    }
}

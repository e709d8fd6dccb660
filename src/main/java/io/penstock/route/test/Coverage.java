package io.penstock.route.test;

import io.penstock.route.stand.StepWatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.model.CatchDefinition;
import org.apache.camel.model.ChoiceDefinition;
import org.apache.camel.model.FilterDefinition;
import org.apache.camel.model.FinallyDefinition;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;

/** Notes which steps and which sides of filters the cases of a file reach. */
final class Coverage implements StepWatch {

    /**
     * What no case reached.
     *
     * @param total how many steps and branches there are
     * @param gaps  those that were not reached, as {@code file:line: what}
     */
    record Result(int total, List<String> gaps) {

        int reached() {
            return total - gaps.size();
        }
    }

    private final Set<NamedNode> reached = ConcurrentHashMap.newKeySet();
    private final Set<NamedNode> passed = ConcurrentHashMap.newKeySet();
    private final Set<NamedNode> dropped = ConcurrentHashMap.newKeySet();

    @Override
    public void entering(NamedNode step, Exchange exchange) {
        reached.add(step);
    }

    @Override
    public void left(NamedNode step, Exchange exchange, boolean wentIn) {
        if (wentIn) {
            passed.add(step);
        } else if (!exchange.isFailed()) {
            dropped.add(step);
        }
    }

    Result of(List<RouteDefinition> routes) {
        var count = new Count();
        routes.forEach(route -> count.steps(route.getOutputs()));
        return new Result(count.total, count.gaps);
    }

    private final class Count {

        private final List<String> gaps = new ArrayList<>();
        private int total;

        private void steps(List<ProcessorDefinition<?>> steps) {
            steps.forEach(this::step);
        }

        private void step(ProcessorDefinition<?> step) {
            if (step instanceof CatchDefinition || step instanceof FinallyDefinition) {
                branch(step, step.getOutputs());
                return;
            }
            boolean entered = reached.contains(step);
            see(entered, step, "no case reaches this step");
            if (!entered) {
                return;
            }
            if (step instanceof FilterDefinition) {
                see(passed.contains(step), step, "no case passes this filter");
                see(dropped.contains(step), step, "no case is dropped by this filter");
                if (!passed.contains(step)) {
                    return;
                }
            }
            if (step instanceof ChoiceDefinition choice) {
                choice.getWhenClauses().forEach(when -> branch(when, when.getOutputs()));
                if (choice.getOtherwise() != null) {
                    branch(choice.getOtherwise(), choice.getOtherwise().getOutputs());
                }
            } else {
                steps(step.getOutputs());
            }
        }

        /** A branch has no step of its own in the engine; the steps in it tell. */
        private void branch(OptionalIdentifiedDefinition<?> branch, List<ProcessorDefinition<?>> steps) {
            if (!steps.isEmpty()) {
                boolean taken = steps.stream().anyMatch(reached::contains);
                see(taken, branch, "no case takes this branch");
                if (taken) {
                    steps(steps);
                }
            }
        }

        private void see(boolean isCovered, OptionalIdentifiedDefinition<?> step, String gap) {
            total++;
            if (!isCovered) {
                gaps.add(place(step) + gap + " (" + step.getShortName() + (step.getId() == null ? "" :" " + step.getId())
                        + ')');
            }
        }
    }

    private static String place(OptionalIdentifiedDefinition<?> step) {
        var location = step.getLocation() == null ? "" : step.getLocation().replaceFirst("^(file|classpath):", "");
        return location + ':' + step.getLineNumber() + ": ";
    }
}

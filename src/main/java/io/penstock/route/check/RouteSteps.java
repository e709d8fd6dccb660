package io.penstock.route.check;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The steps that a route can use: those of which it is known that a record is held until they are through with it. Others would
 * work well enough, and might let go of a record that is not stored yet.
 */
public final class RouteSteps {

    /** docs/routes.md lists them. */
    static final Set<String> LISTED = Set.of("filter", "choice", "split", "multicast", "pipeline", "aggregate", "loop", "process", "bean",
            "setBody", "transform", "setHeader", "setHeaders", "removeHeader", "removeHeaders", "setProperty", "removeProperty",
            "setVariable", "setVariables", "removeVariable", "convertBodyTo", "convertHeaderTo", "convertVariableTo",
            "marshal", "unmarshal", "validate", "sort", "log", "doTry", "throwException", "stop", "delay", "throttle", "threads", "to",
            "toD", "recipientList", "routingSlip", "wireTap", "enrich", "step");
    /** Options of an aggregation that are refused in front of a bulk. */
    static final List<String> LOSSY = List.of("discardOnCompletionTimeout", "discardOnAggregationFailure", "optimisticLocking",
            "ignoreInvalidCorrelationKeys");
    /** Options of an aggregation in front of a bulk that want {@code eagerCheckCompletion}. */
    static final List<String> LATE = List.of("completionPredicate", "completionSizeExpression", "completionTimeoutExpression");
    private static final Set<String> KEEP_BODY = Set.of("filter", "choice", "log", "setHeader", "setHeaders", "setProperty",
            "setVariable", "setVariables", "removeHeader", "removeHeaders", "removeProperty", "removeVariable", "validate", "delay",
            "throttle", "threads", "doTry", "step", "pipeline", "multicast", "wireTap");
    private static final Set<String> PARTS = Set.of("when", "otherwise", "doCatch", "doFinally", "onException");
    private static final Set<String> PARTING = Set.of("multicast", "split", "recipientList");
    private static final Map<String, String> INSTEAD = Map.of(
            "idempotentConsumer", "take it out: a record that comes again replaces its own document",
            "resequence", "order by a version instead: a strategy with version: \"${header[kafka.OFFSET]}\"",
            "pollEnrich", "use enrich",
            "poll", "use enrich",
            "dynamicRouter", "use routingSlip or toD",
            "rollback", "use throwException, which makes a dead letter",
            "removeProperties", "use removeProperty: what holds a record is a property, too",
            "sample", "use filter");

    private RouteSteps() {
    }

    /**
     * Why a step is refused, and what to do instead; nothing if it is not.
     *
     * @param name the step's name in YAML
     */
    public static Optional<Refusal> refusal(String name) {
        return LISTED.contains(name) || PARTS.contains(name) ? Optional.empty() : Optional.of(new Refusal(
                "the step " + name + " is refused: it is not among those that hold a record until it is stored",
                INSTEAD.getOrDefault(name, "use one of those that docs/routes.md lists")));
    }

    /** Why an option of a step is refused, and what to do instead; nothing if it is not. */
    public static Optional<Refusal> refusal(String step, String option) {
        if (step.equals("threads") && option.equals("maxQueueSize")) {
            return Optional.of(new Refusal("maxQueueSize is refused: when the queue is full, the thread that reads the topic would go on"
                    + " with the steps", "take it out; the bound on records in flight bounds the queue"));
        }
        if (PARTING.contains(step) && option.equals("timeout")) {
            return Optional.of(new Refusal("timeout is refused: the record would be let go of while parts of it are still on their way",
                    "take it out, and set a timeout where a part may hang, as http: responseTimeout"));
        }
        return Optional.empty();
    }

    /**
     * Why a step that parts a record is refused with {@code stopOnException} and either {@code parallelProcessing} or an
     * {@code executorService}, which Camel takes for the same, and what to do instead.
     */
    public static Refusal stopping() {
        return new Refusal("stopOnException is refused together with parallelProcessing or executorService: when a part fails, the record"
                + " would be let go of while others are still on their way", "take one of them out");
    }

    /**
     * Why an expression that completes is refused in front of a bulk, and what to do instead: Camel looks after gathering, and before
     * it keeps the group, so that a first document held by then would be held for ever.
     */
    public static Refusal late(String option) {
        return new Refusal(option + " is refused in front of a bulk: it sees the bulk and not the record, which is never let go of where"
                + " it fails", "add eagerCheckCompletion: true, and it sees the record");
    }

    /** Why an option of an aggregation is refused in front of a bulk, and what to do instead. */
    public static Refusal inFrontOfABulk(String option) {
        return new Refusal(option + " is refused in front of a bulk: documents would be thrown away or gathered twice", "take it out");
    }

    /** Why another strategy than the bulk's is refused in front of Elasticsearch, and what to do instead. */
    public static Refusal strategy() {
        return new Refusal("in front of Elasticsearch only the bulk strategy keeps records until they are stored",
                "write aggregationStrategy: \"#bulk\"");
    }

    /** Why a bulk is refused behind another one of the same group, and what to do instead. */
    public static Refusal secondBulk() {
        return new Refusal("this bulk would store the answer of the one before it, which is the body now", "put both into a multicast");
    }

    /** Whether a step, with what is in it, leaves the body as it is. */
    public static boolean keepsBody(String name) {
        return KEEP_BODY.contains(name);
    }

    /**
     * @param message what is wrong
     * @param hint    what to do instead
     */
    public record Refusal(String message, String hint) {
    }
}

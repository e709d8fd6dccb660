package io.penstock.route.check;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What may stand in a route file's list: what is the file's own. What Camel would give to every file is refused, too. */
public final class FileEntries {

    private static final Set<String> ALLOWED = Set.of("route", "from", "beans", "onException");
    private static final String ONLY = "only routes, beans and onException belong in a route file";
    private static final RouteSteps.Refusal OTHER = new RouteSteps.Refusal(" is refused: " + ONLY, "put its steps into the routes");
    private static final RouteSteps.Refusal NO_EFFECT = new RouteSteps.Refusal(" has no effect in a route file", "take it out");
    private static final Map<String, RouteSteps.Refusal> REFUSED = Map.ofEntries(
            Map.entry("errorHandler", new RouteSteps.Refusal(" is refused: it would be that of all files, whose records may then make no"
                    + " dead letters", "put it into the route, behind its id, or use onException")),
            Map.entry("dataFormats", new RouteSteps.Refusal(" is refused: they would be those of all files",
                    "give the options in the step, as unmarshal: { json: { ... } }")),
            Map.entry("onCompletion", new RouteSteps.Refusal(" comes too late: the record is let go of before it",
                    "put its steps at the end of the route")),
            Map.entry("intercept", OTHER), Map.entry("interceptFrom", OTHER), Map.entry("interceptSendToEndpoint", OTHER),
            Map.entry("routeConfiguration", NO_EFFECT), Map.entry("routeTemplate", NO_EFFECT), Map.entry("templatedRoute", NO_EFFECT),
            Map.entry("rest", NO_EFFECT), Map.entry("restConfiguration", NO_EFFECT));

    private FileEntries() {
    }

    /** Whether Camel has such an entry, and a file may not. */
    static boolean isRefused(String name) {
        return REFUSED.containsKey(name);
    }

    /**
     * Why an entry is refused, and what to do instead; nothing if it is not.
     *
     * @param name the entry's name in YAML
     */
    public static Optional<RouteSteps.Refusal> refusal(String name) {
        if (ALLOWED.contains(name)) {
            return Optional.empty();
        }
        var why = REFUSED.getOrDefault(name, OTHER);
        return Optional.of(new RouteSteps.Refusal(name + why.message(), why.hint()));
    }
}

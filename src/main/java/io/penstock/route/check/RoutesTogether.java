package io.penstock.route.check;

import io.penstock.convert.Spelling;
import io.penstock.route.yaml.Yaml;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.nodes.Node;

/** What can be said only when all routes of all files are known. */
final class RoutesTogether {

    /** Endpoints behind which nothing is kept. */
    private static final Set<String> KEEP_NOTHING = Set.of("log", "mock", "stub", "bean", "class", "language", "dataformat",
            "validator", "timer");
    /** Operations of Elasticsearch that write a document, and what gathers for a bulk that does the same. */
    private static final Map<String, String> WRITES = Map.of("index", "aggregationStrategy: \"#bulk\"",
            "update", "a strategy with action: update (#bulk has index)", "delete", "a strategy with action: delete (#bulk has index)");

    private final List<CheckedRoute> routes;

    RoutesTogether(List<CheckedRoute> routes) {
        this.routes = routes;
    }

    void check() {
        uniqueIds();
        for (var route : routes) {
            var from = route.from().filter(use -> use.scheme().equals("kafka"));
            if (from.isPresent()) {
                if (!stores(route, new HashSet<>())) {
                    route.findings().error(from.get().at(), "this route takes records and stores none of them",
                            "send them somewhere, for example - to: elasticsearch:es?operation=Bulk&indexName=orders");
                }
                unbulked(route, new HashSet<>());
            }
        }
    }

    private void uniqueIds() {
        var places = new LinkedHashMap<String, String>();
        for (var route : routes) {
            var at = Scalars.node(route.at(), "id").orElse(route.at());
            var here = route.findings().file() + ':' + Yaml.line(at);
            var first = places.putIfAbsent(route.id(), here);
            if (first != null) {
                route.findings().error(at, "there is a route " + route.id() + " already, in " + first, "give each its own id");
            }
        }
    }

    private boolean stores(CheckedRoute route, Set<CheckedRoute> seen) {
        if (!seen.add(route)) {
            return false;
        }
        if (route.sendsDynamically()) {
            return true;
        }
        for (var use : route.uses()) {
            if (use.scheme().equals("direct")) {
                var next = reading(use);
                if (next.isEmpty() || stores(next.get(), seen)) {
                    return true;
                }
            } else if (!KEEP_NOTHING.contains(use.scheme()) && !use.isFrom()) {
                return true;
            }
        }
        return false;
    }

    /** A record is in the hands of such an operation alone: nothing waits, and Elasticsearch makes up the id. */
    private void unbulked(CheckedRoute route, Set<CheckedRoute> seen) {
        if (!seen.add(route)) {
            return;
        }
        for (var use : route.uses()) {
            if (use.scheme().equals("direct")) {
                reading(use).ifPresent(next -> unbulked(next, seen));
            } else if (use.scheme().equals("elasticsearch")) {
                var operation = use.option("operation").orElse("");
                var strategy = WRITES.get(operation.toLowerCase(Locale.ROOT));
                if (strategy != null) {
                    route.findings().warning(use.optionAt().getOrDefault("operation", use.at()), "operation=" + use.written("operation")
                            + " holds no record: while Elasticsearch is away each becomes a dead letter, and one that comes again may be"
                            + " stored twice", "gather them with " + strategy + ", and use operation=Bulk");
                }
            }
        }
    }

    private Optional<CheckedRoute> reading(EndpointUse direct) {
        return routes.stream().filter(route -> route.from().filter(from -> from.scheme().equals("direct")
                && from.rest().equals(direct.rest())).isPresent()).findFirst();
    }

    /**
     * Warns of what is sent to {@code direct:} and read by none of the routes; it may be in a file that isn't given.
     *
     * @param targets what is sent to, of one file
     */
    void targets(List<Target> targets, Findings findings) {
        var read = new TreeSet<String>();
        routes.forEach(route -> route.from().filter(from -> from.scheme().equals("direct")).ifPresent(from -> read.add(from.rest())));
        targets.stream().filter(target -> !read.contains(target.name())).forEach(target -> findings.warning(target.at(),
                "no route reads direct:" + target.name(), Spelling.nearest(target.name(), read)
                        .map(name -> Spelling.question("direct:" + name)).orElse("check its file together with this one")));
    }

    /**
     * A {@code direct:} endpoint that something is sent to.
     *
     * @param at   where it is named
     * @param name what is behind {@code direct:}
     */
    record Target(Node at, String name) {
    }
}

package io.penstock.route.check;

import io.penstock.route.check.RoutesTogether.Target;
import io.penstock.route.yaml.Yaml;
import io.penstock.route.yaml.YamlFault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Checks route files together, without an engine. Reads Camel's schema once; may then be used again and again, by one thread at
 * a time.
 */
public final class RouteCheck {

    /** The bean of Penstock's own that is meant for route files. */
    static final String BULK = "bulk";
    /** Penstock's own beans; a file can't declare one of such a name. */
    static final Set<String> BUILT_IN = Set.of(BULK, "sourceClientFactory", "incomingHeaders", "elasticsearch", "bean",
            "jackson-dataformat-factory");

    /**
     * A route file.
     *
     * @param name as it is shown in findings
     * @param text what is in it
     */
    public record RouteFile(String name, String text) {

        public static final String SUFFIX = ".camel.yaml";

        /** A file's name without folder and {@link #SUFFIX suffix}, which routes without an id are named after. */
        public static String baseName(String location) {
            String name = location.substring(Math.max(location.lastIndexOf('/'), location.lastIndexOf(':')) + 1);
            return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
        }
    }

    private final CamelSchema schema = CamelSchema.load();
    private final ImageCatalog catalog = new ImageCatalog();
    private final Placeholders placeholders;

    /**
     * @param settings a setting's value, for {@code {{setting}}}
     * @param names    the settings there are, for hints
     */
    public RouteCheck(Function<String, Optional<String>> settings, Supplier<List<String>> names) {
        this.placeholders = new Placeholders(settings, names);
    }

    /** Everything wrong in the files that are to run together, by file and place. */
    public List<Finding> check(List<RouteFile> files) {
        var trees = new LinkedHashMap<RouteFile, Node>();
        var findings = new LinkedHashMap<RouteFile, Findings>();
        var variables = new HashSet<String>();
        for (var file : files) {
            var ofFile = new Findings(file.name());
            findings.put(file, ofFile);
            guarded(ofFile, () -> read(file, ofFile).ifPresent(tree -> {
                variablesOf(tree, variables);
                trees.put(file, tree);
            }));
        }
        var routes = new ArrayList<CheckedRoute>();
        var targets = new LinkedHashMap<Findings, List<Target>>();
        var beanPlaces = new HashMap<String, String>();
        trees.forEach((file, tree) -> {
            var ofFile = findings.get(file);
            guarded(ofFile, () -> {
                schema.check(tree, ofFile);
                uniqueBeans(tree, ofFile, beanPlaces);
                var rules = new RouteFileRules(ofFile, catalog, placeholders, beansOf(tree), variables);
                var added = rules.check(tree);
                targets.put(ofFile, rules.targets());
                // Else what is wrong may be the reason.
                if (added.isEmpty() && ofFile.all().stream().noneMatch(Finding::isError)) {
                    withoutRoute(ofFile);
                }
                routes.addAll(added);
            });
        });
        var together = new RoutesTogether(routes);
        together.check();
        // Else what can't be read may be what reads them.
        if (targets.size() == files.size()) {
            targets.forEach((ofFile, ofItsRoutes) -> together.targets(ofItsRoutes, ofFile));
        }
        return findings.values().stream().flatMap(f -> f.all().stream()).toList();
    }

    /** What ends the check of a file is one of its findings. */
    private static void guarded(Findings findings, Runnable step) {
        try {
            step.run();
        } catch (YamlFault fault) {
            findings.add(fault);
        } catch (StackOverflowError e) {
            findings.add(new Finding(findings.file(), 1, 1, Finding.Severity.ERROR, "this file holds itself, or is nested too deeply",
                    "take the alias (*name) out of what its anchor (&name) stands for"));
        }
    }

    private static Optional<Node> read(RouteFile file, Findings findings) {
        var tree = Yaml.compose(file.text()).filter(node -> !Yaml.isNull(node));
        if (tree.isEmpty()) {
            withoutRoute(findings);
        }
        return tree;
    }

    private static void withoutRoute(Findings findings) {
        findings.add(new Finding(findings.file(), 1, 1, Finding.Severity.ERROR, "there is no route in it",
                "to stop its routes, remove the file"));
    }

    /** The beans that the routes of a file may name, and their types. */
    private static Map<String, String> beansOf(Node tree) {
        var beans = new LinkedHashMap<String, String>();
        BUILT_IN.forEach(name -> beans.put(name, ""));
        beanLists(tree).forEach(list -> beans.putAll(BeanRules.declared(list)));
        return beans;
    }

    private static List<Node> beanLists(Node tree) {
        return tree instanceof SequenceNode items
                ? items.getValue().stream().flatMap(item -> Scalars.node(item, "beans").stream()).toList() : List.of();
    }

    private static void uniqueBeans(Node tree, Findings findings, Map<String, String> places) {
        for (var list : beanLists(tree)) {
            for (var bean : list instanceof SequenceNode beans ? beans.getValue() : List.<Node>of()) {
                Scalars.of(bean, "name").ifPresent(name -> {
                    var at = Scalars.node(bean, "name").orElseThrow();
                    if (BUILT_IN.contains(name)) {
                        findings.error(at, "Penstock itself has a bean " + name, "give yours another name");
                        return;
                    }
                    var first = places.putIfAbsent(name, findings.file() + ':' + Yaml.line(at));
                    if (first != null) {
                        findings.error(at, "there is a bean " + name + " already, in " + first, "rename one");
                    }
                });
            }
        }
    }

    /** What {@code setVariable}, {@code setVariables} and {@code variableReceive} name. */
    private static void variablesOf(Node node, Set<String> variables) {
        switch (node) {
            case SequenceNode sequence -> sequence.getValue().forEach(element -> variablesOf(element, variables));
            case MappingNode mapping -> mapping.getValue().forEach(tuple -> {
                var value = tuple.getValueNode();
                if (tuple.getKeyNode() instanceof ScalarNode key) {
                    switch (key.getValue()) {
                        case "setVariable" -> Scalars.of(value, "name").ifPresent(variables::add);
                        case "setVariables" -> {
                            if (Scalars.node(value, "variables").orElse(null) instanceof SequenceNode list) {
                                list.getValue().forEach(one -> Scalars.of(one, "name").ifPresent(variables::add));
                            }
                        }
                        case "variableReceive" -> {
                            if (value instanceof ScalarNode name) {
                                variables.add(name.getValue());
                            }
                        }
                        default -> {
                        }
                    }
                }
                variablesOf(value, variables);
            });
            default -> {
            }
        }
    }
}

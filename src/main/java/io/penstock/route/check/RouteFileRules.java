package io.penstock.route.check;

import io.penstock.convert.Spelling;
import io.penstock.route.check.RouteCheck.RouteFile;
import io.penstock.route.check.RoutesTogether.Target;
import io.penstock.route.yaml.Yaml;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** What a route file must be beyond Camel's schema. Goes through it once, in its order. */
final class RouteFileRules {

    private static final Set<String> ROUTE = Set.of("route", "from");
    private static final Set<String> LANGUAGES = Set.of("constant", "csimple", "datasonnet", "exchangeProperty", "groovy", "header",
            "hl7terser", "java", "joor", "jq", "js", "jsonpath", "language", "method", "mvel", "ognl", "python", "ref", "simple",
            "spel", "tokenize", "variable", "wasm", "xpath", "xquery", "xtokenize");
    private static final Set<String> WITH_EXPRESSION = Set.of("filter", "split", "setBody", "setHeader", "setProperty",
            "setVariable", "transform", "validate", "delay", "loop", "recipientList", "routingSlip", "when", "throttle",
            "correlationExpression", "completionPredicate");
    private static final Set<String> PREDICATES = Set.of("filter", "when", "validate", "completionPredicate", "onWhen", "handled",
            "continued", "retryWhile");
    private static final Pattern BODY_FIELD = Pattern.compile("\\$\\{body\\[[^]\\d]");
    private static final Pattern VARIABLE = Pattern.compile("(?:\\$\\{|[:,(])variable[.\\[](?!(?:global|route|exchange|header):)(\\w[\\w-]*)");
    /** With a method, if any, behind {@code ?} or {@code ::}; what is behind a dot may belong to the name. */
    private static final Pattern BEAN = Pattern.compile("\\$\\{bean:([^}?:.$]+)(?=[}?]|::)");
    private static final Set<String> DYNAMIC = Set.of("recipientList", "routingSlip");
    /** Steps whose expression gives an endpoint. */
    private static final Set<String> NAMING = Set.of("recipientList", "routingSlip", "enrich");
    private static final Pattern DIRECT = Pattern.compile("direct:(?://)?([^?]+)");
    private static final Set<String> COMPLETIONS = Set.of("completionSize", "completionSizeExpression", "completionTimeout",
            "completionTimeoutExpression", "completionInterval", "completionPredicate");
    private static final Predicate<String> ZERO = Pattern.compile("0+|-\\d+").asMatchPredicate();
    private static final Set<String> DATA_FORMAT_OPTIONS = Set.of("id", "description", "disabled", "note", "variableSend",
            "variableReceive", "allowNullBody");
    /** Others evaluate some of their options themselves, as file does. */
    private static final Set<String> AS_WRITTEN = Set.of("kafka", "elasticsearch");
    /** Options that name a bean. */
    private static final Set<String> REFERENCES = Set.of("aggregationStrategy", "aggregationRepository", "aggregateController",
            "idempotentRepository", "onPrepare", "executorService", "timeoutCheckerExecutorService", "errorHandlerRef",
            "routePolicy");

    private final Findings findings;
    private final ImageCatalog catalog;
    private final Placeholders placeholders;
    private final EndpointReader endpoints;
    private final EndpointRules endpointRules;
    private final ValueRules values;
    /** Name and type. */
    private final Map<String, String> beans;
    /** Those that some step sets. */
    private final Set<String> variables;
    private final List<CheckedRoute> routes = new ArrayList<>();
    /** Of routes, and of the steps so far. */
    private final Set<String> ids = new HashSet<>();
    /** Of the routes that are still to be checked. */
    private final Deque<String> routeIds = new ArrayDeque<>();
    private final List<Target> targets = new ArrayList<>();
    /** A strategy's {@code index}, or a step that sets the header {@code indexName}. */
    private boolean namesIndex;
    /** Whether the body is what a bulk answered. */
    private boolean isAnswer;

    RouteFileRules(Findings findings, ImageCatalog catalog, Placeholders placeholders, Map<String, String> beans,
            Set<String> variables) {
        this.findings = findings;
        this.catalog = catalog;
        this.placeholders = placeholders;
        this.endpoints = new EndpointReader(placeholders, catalog, findings);
        this.endpointRules = new EndpointRules(catalog);
        this.values = new ValueRules(placeholders, findings);
        this.beans = beans;
        this.variables = variables;
    }

    /** Checks the file and returns its routes. */
    List<CheckedRoute> check(Node file) {
        scalars(file);
        if (file instanceof SequenceNode items) {
            var written = items.getValue().stream().filter(MappingNode.class::isInstance)
                    .flatMap(item -> ((MappingNode) item).getValue().stream()).filter(tuple -> ROUTE.contains(Yaml.key(tuple)))
                    .map(tuple -> Scalars.of(tuple.getValueNode(), "id").map(id -> placeholders.resolve(id).orElse(id))).toList();
            written.forEach(id -> id.ifPresent(ids::add));
            written.forEach(id -> routeIds.add(id.orElseGet(this::fileName)));
            items.getValue().forEach(this::item);
        }
        return routes;
    }

    /** The {@code direct:} endpoints that the file sends to, as far as they are known. */
    List<Target> targets() {
        return targets;
    }

    /** As the service names a route without an id. */
    private String fileName() {
        var base = RouteFile.baseName(findings.file());
        var id = base;
        for (int i = 2; !ids.add(id); i++) {
            id = base + '-' + i;
        }
        return id;
    }

    private void scalars(Node node) {
        switch (node) {
            case ScalarNode scalar -> {
                placeholders.check(scalar, scalar.getValue(), findings);
                namesIndex |= scalar.getValue().equals("indexName");
                VARIABLE.matcher(scalar.getValue()).results().map(match -> match.group(1)).distinct()
                        .filter(name -> !isSet(name)).forEach(name -> findings.warning(scalar,
                                "no step sets the variable " + name, "set it before: - setVariable: { name: " + name
                                        + ", simple: \"${body[...]}\" }"));
            }
            case SequenceNode sequence -> sequence.getValue().forEach(this::scalars);
            case MappingNode mapping -> mapping.getValue().forEach(tuple -> {
                namesIndex |= Yaml.key(tuple).equals("index");
                scalars(tuple.getValueNode());
            });
            default -> {
            }
        }
    }

    /** A step whose variable is named by an expression may set any. */
    private boolean isSet(String variable) {
        return variables.contains(variable) || variables.stream().anyMatch(name -> name.contains("{"));
    }

    private void item(Node item) {
        if (!(item instanceof MappingNode mapping)) {
            return;
        }
        for (var tuple : mapping.getValue()) {
            var value = tuple.getValueNode();
            if (FileEntries.isRefused(Yaml.key(tuple))) {
                FileEntries.refusal(Yaml.key(tuple)).ifPresent(refusal -> refused(tuple.getKeyNode(), refusal));
                continue;
            }
            switch (Yaml.key(tuple)) {
                case "route" -> route(value, Scalars.node(value, "from").orElse(value), value);
                case "from" -> route(value, value, value);
                case "beans" -> new BeanRules(placeholders, findings).check(value);
                default -> {
                    // Not a route of its own: what it sends counts for nobody.
                    body(value, Yaml.key(tuple), new CheckedRoute(value, "", findings), null);
                }
            }
        }
    }

    private void route(Node at, Node from, Node whole) {
        var route = new CheckedRoute(at, routeIds.remove(), findings);
        routes.add(route);
        endpoint("from", from, route);
        if (whole != from && whole instanceof MappingNode mapping) {
            for (var tuple : mapping.getValue()) {
                if (!Yaml.key(tuple).equals("from")) {
                    body(tuple.getValueNode(), Yaml.key(tuple), route, null);
                }
            }
        }
        route.comesRaw();
        body(from, "from", route, null);
    }

    private void steps(Node steps, String owner, CheckedRoute route, @Nullable Node aggregate) {
        boolean wasAnswer = isAnswer;
        if (steps instanceof SequenceNode list) {
            for (var step : list.getValue()) {
                if (owner.equals("multicast")) {
                    isAnswer = wasAnswer;
                }
                if (step instanceof MappingNode mapping) {
                    mapping.getValue().forEach(tuple -> step(Yaml.key(tuple), tuple.getValueNode(), route, aggregate));
                }
            }
        }
        isAnswer = wasAnswer;
    }

    private void step(String name, Node body, CheckedRoute route, @Nullable Node aggregate) {
        if (DYNAMIC.contains(name)) {
            route.sendsSomewhere();
        }
        if (NAMING.contains(name)) {
            constant(body).ifPresent(uris -> Stream.of(placeholders.lenient(uris.getValue()).split(",")).map(String::strip)
                    .forEach(uri -> target(uris, uri)));
        }
        var store = endpoint(name, body, route).filter(use -> use.scheme().equals("elasticsearch"));
        store.ifPresent(use -> store(use, route, aggregate));
        Scalars.of(body, "id").filter(id -> !ids.add(id)).ifPresent(id -> findings.error(
                Scalars.node(body, "id").orElse(body), "there is an id " + id + " already in this file", "rename one"));
        switch (name) {
            case "aggregate" -> aggregate(body, route);
            case "marshal", "unmarshal" -> dataFormat(name, body);
            case "threads" -> option(name, body, "maxQueueSize");
            case "multicast", "split", "recipientList" -> {
                option(name, body, "timeout");
                boolean isParallel = isTrue(body, "parallelProcessing") || Scalars.node(body, "executorService").isPresent();
                if (isParallel && isTrue(body, "stopOnException")) {
                    Scalars.node(body, "stopOnException").ifPresent(at -> refused(at, RouteSteps.stopping()));
                }
            }
            case "process" -> {
                Scalars.node(body, "ref").ifPresent(this::reference);
                Scalars.of(body, "ref").filter(ref -> BeanRules.CONVERSION.equals(beans.get(bean(ref))))
                        .ifPresent(_ -> wantsFields(body, route));
            }
            case "setHeader" -> Scalars.of(body, "name").filter("indexName"::equals).flatMap(_ -> Scalars.node(body, "constant"))
                    .ifPresent(this::indexName);
            case "bean" -> Scalars.node(body, "ref").ifPresent(this::reference);
            case "log" -> (body instanceof ScalarNode ? Optional.of(body) : Scalars.node(body, "message"))
                    .ifPresent(text -> simple(text, false, route));
            default -> {
            }
        }
        boolean hasSteps = Scalars.node(body, "steps").isPresent();
        boolean keepsBody = RouteSteps.keepsBody(name);
        if (hasSteps && !keepsBody) {
            route.changesBody();
        }
        body(body, name, route, name.equals("aggregate") ? body : aggregate);
        if (!keepsBody) {
            route.changesBody();
        }
        isAnswer = isAnswer && keepsBody || aggregate != null && isBulkStrategy(aggregate) && store.filter(EndpointUse::isBulk).isPresent();
    }

    private static Optional<ScalarNode> constant(Node body) {
        return Scalars.node(body, "constant").or(() -> Scalars.node(body, "expression").flatMap(in -> Scalars.node(in, "constant")))
                .map(value -> value instanceof ScalarNode ? value : Scalars.node(value, "expression").orElse(value))
                .filter(ScalarNode.class::isInstance).map(ScalarNode.class::cast);
    }

    private void target(Node at, String uri) {
        var direct = DIRECT.matcher(uri);
        if (direct.lookingAt() && !uri.contains(Placeholders.UNRESOLVED)) {
            targets.add(new Target(at, direct.group(1)));
        }
    }

    /** What is in a step, or in a part of one. */
    private void body(Node node, String owner, CheckedRoute route, @Nullable Node aggregate) {
        switch (node) {
            case SequenceNode sequence -> sequence.getValue().forEach(element -> body(element, owner, route, aggregate));
            case MappingNode mapping -> {
                if (WITH_EXPRESSION.contains(owner) && mapping.getValue().stream().map(Yaml::key)
                        .noneMatch(key -> LANGUAGES.contains(key) || key.equals("expression") || key.equals("completionPredicate"))) {
                    findings.error(mapping, owner + " needs an expression", "for example simple: \"${body[code]} != 0\"");
                }
                mapping.getValue().forEach(
                        tuple -> option(Yaml.key(tuple), tuple.getKeyNode(), tuple.getValueNode(), owner, route, aggregate));
            }
            default -> {
            }
        }
    }

    private void option(String key, Node at, Node value, String owner, CheckedRoute route, @Nullable Node aggregate) {
        values.check(key, value, owner, PREDICATES.contains(owner));
        if (key.equals("steps")) {
            steps(value, owner, route, aggregate);
        } else if (key.equals("simple") && !owner.equals("language")) {
            simple(value instanceof ScalarNode ? value : Scalars.node(value, "expression").orElse(value),
                    PREDICATES.contains(owner), route);
        } else if (REFERENCES.contains(key)) {
            reference(value);
        } else if (LANGUAGES.contains(key) && (WITH_EXPRESSION.contains(owner) || owner.equals("expression"))) {
            language(key, at);
            if (key.equals("method")) {
                methodOf(value instanceof ScalarNode ? value : Scalars.node(value, "ref").orElse(value));
            }
        } else if (key.equals("expression") && value instanceof MappingNode) {
            body(value, PREDICATES.contains(owner) || ValueRules.COUNT.contains(owner) ? owner : "expression", route, aggregate);
        } else if (!key.equals("parameters")) {
            body(value, key, route, aggregate);
        }
    }

    private void language(String name, Node at) {
        var real = name.equals("method") ? "bean" : name;
        if (!real.equals("language") && !catalog.languages().contains(real)) {
            findings.error(at, "the language " + name + " is not in this executable",
                    "there are " + String.join(", ", catalog.languages()));
        }
    }

    private void methodOf(Node at) {
        if (at instanceof ScalarNode scalar) {
            placeholders.resolve(scalar.getValue()).ifPresent(name -> named(at, name.replaceFirst("^bean:", "")));
        }
    }

    private void simple(Node at, boolean isPredicate, CheckedRoute route) {
        if (at instanceof ScalarNode scalar) {
            if (BODY_FIELD.matcher(scalar.getValue()).find()) {
                wantsFields(at, route);
            }
            placeholders.resolve(scalar.getValue()).ifPresent(text -> {
                SimpleRules.check(at, text, isPredicate, findings);
                BEAN.matcher(text).results().forEach(match -> named(at, match.group(1)));
            });
        }
    }

    private static void wantsFields(Node at, CheckedRoute route) {
        if (route.isRaw()) {
            route.findings().warning(at, "the body is still the record's bytes here: it has no fields, and every record would be a"
                    + " dead letter", "put - unmarshal: { json: {} } before it");
            route.changesBody();
        }
    }

    private void indexName(Node at) {
        if (at instanceof ScalarNode scalar) {
            IndexNames.check(at, placeholders.lenient(scalar.getValue()), findings);
        }
    }

    private void dataFormat(String step, Node body) {
        if (!(body instanceof MappingNode mapping)) {
            return;
        }
        var formats = mapping.getValue().stream().filter(tuple -> !DATA_FORMAT_OPTIONS.contains(Yaml.key(tuple))).toList();
        if (formats.isEmpty()) {
            findings.error(body, step + " needs a data format", "for example " + step + ": { json: {} }");
        }
        for (var tuple : formats) {
            var name = Yaml.key(tuple);
            var real = name.equals("json") ? Scalars.of(tuple.getValueNode(), "library").orElse("jackson").toLowerCase() : name;
            if (!catalog.dataFormats().contains(real)) {
                findings.error(tuple.getKeyNode(), "the data format " + (name.equals("json") ? "json with " + real : name)
                        + " is not in this executable", "there is json");
            }
        }
    }

    private void aggregate(Node body, CheckedRoute route) {
        if (!(body instanceof MappingNode mapping)) {
            return;
        }
        if (Scalars.node(body, "correlationExpression").isEmpty()) {
            findings.error(mapping, "aggregate needs a correlationExpression",
                    "correlationExpression: { constant: all } puts everything in one group");
        }
        // Camel takes 0 as if it weren't there.
        var completions = mapping.getValue().stream().map(Yaml::key).filter(COMPLETIONS::contains)
                .filter(option -> Scalars.of(body, option).map(placeholders::lenient).filter(ZERO).isEmpty()).toList();
        if (completions.isEmpty()) {
            findings.error(mapping, "this aggregation never completes: its records would wait for ever",
                    "add completionSize: 1000 and completionTimeout: 200");
        } else if (completions.stream().noneMatch(c -> c.startsWith("completionTimeout") || c.equals("completionInterval"))) {
            findings.warning(mapping, "a group that does not fill up waits for the next record",
                    "add completionTimeout: 200 (milliseconds)");
        }
        if (completions.contains("completionInterval")
                && completions.stream().anyMatch(c -> c.startsWith("completionTimeout"))) {
            findings.error(mapping, "completionInterval and completionTimeout exclude each other", "take one of them out");
        }
        boolean isBulk = isBulkStrategy(body);
        if (!isBulk && isKnownStrategy(body) && route.from().filter(from -> from.scheme().equals("kafka")).isPresent()) {
            findings.warning(mapping, "this aggregation does not hold its records: what waits in it when the process dies is"
                    + " lost", "aggregationStrategy: \"#bulk\" holds them");
        }
        if (isBulk) {
            RouteSteps.LOSSY.stream().filter(option -> isTrue(body, option)).forEach(
                    option -> Scalars.node(body, option).ifPresent(value -> refused(value, RouteSteps.inFrontOfABulk(option))));
            if (!isTrue(body, "eagerCheckCompletion")) {
                RouteSteps.LATE.forEach(option -> Scalars.node(body, option).ifPresent(value -> refused(value, RouteSteps.late(option))));
            } else if (completions.stream().noneMatch(c -> c.startsWith("completionSize") || c.equals("completionInterval"))) {
                findings.warning(mapping, "with eagerCheckCompletion neither penstock.bulk.max-bytes nor penstock.bulk.max-age completes a"
                        + " group: while records come it may grow up to the bound on records in flight", "add completionSize: 1000");
            }
        }
    }

    private void option(String step, Node body, String option) {
        Scalars.node(body, option).ifPresent(value -> RouteSteps.refusal(step, option).ifPresent(refusal -> refused(value, refusal)));
    }

    private boolean isTrue(Node body, String option) {
        return Scalars.of(body, option).map(placeholders::lenient).filter("true"::equalsIgnoreCase).isPresent();
    }

    private void refused(Node at, RouteSteps.Refusal refusal) {
        findings.error(at, refusal.message(), refusal.hint());
    }

    private boolean isBulkStrategy(Node aggregate) {
        var name = Scalars.of(aggregate, "aggregationStrategy").map(RouteFileRules::bean).orElse("");
        return name.equals("bulk") || BeanRules.STRATEGY.equals(beans.get(name))
                || Scalars.of(aggregate, "aggregationStrategy").filter(s -> s.equals("#class:" + BeanRules.STRATEGY)).isPresent();
    }

    /** Whether there is such a bean, and a class of its type; else that is reported, and no other strategy is meant. */
    private boolean isKnownStrategy(Node aggregate) {
        return Scalars.of(aggregate, "aggregationStrategy").filter(text -> !text.startsWith("#class:")).map(RouteFileRules::bean)
                .map(name -> beans.containsKey(name) && BeanRules.isKnown(beans.get(name))).orElse(true);
    }

    private void store(EndpointUse store, CheckedRoute route, @Nullable Node aggregate) {
        if (aggregate == null) {
            if (store.isBulk() && route.from().filter(from -> from.scheme().equals("kafka")).isPresent()) {
                findings.warning(store.at(), "a bulk without an aggregation in front sends few records at a time",
                        "put it into the steps of an aggregate with aggregationStrategy: \"#bulk\"");
            }
        } else if (isKnownStrategy(aggregate) && !isBulkStrategy(aggregate)) {
            refused(Scalars.node(aggregate, "aggregationStrategy").orElse(aggregate), RouteSteps.strategy());
        } else if (!store.isBulk() && store.option("operation").isEmpty()) {
            findings.error(store.at(), "what the bulk strategy gathers is stored by operation=Bulk, which is missing",
                    "write elasticsearch:es?operation=Bulk&indexName=...");
        }
        if (store.isBulk() && isAnswer) {
            refused(store.at(), RouteSteps.secondBulk());
        }
        if (store.isBulk()) {
            store.option("indexName").ifPresent(name -> IndexNames.check(store.optionAt().getOrDefault("indexName", store.at()), name,
                    findings));
        }
        if (store.isBulk() && store.option("indexName").isEmpty() && !namesIndex) {
            findings.error(store.at(), "nothing says which index to store in", "add &indexName=..., or an index to the strategy");
        }
    }

    private void reference(Node at) {
        if (!(at instanceof ScalarNode scalar)) {
            return;
        }
        var text = placeholders.resolve(scalar.getValue()).orElse("#class:");
        if (text.startsWith("#class:") || text.startsWith("#type:") || text.isEmpty()) {
            return;
        }
        named(at, bean(text));
    }

    private void named(Node at, String bean) {
        // With a dot it may be a class.
        if (!beans.containsKey(bean) && !bean.contains(".")) {
            findings.errorAt(at, bean, "there is no bean " + bean, near(bean));
        }
    }

    /** Of the beans that are meant for route files. */
    private String near(String bean) {
        var names = new TreeSet<>(beans.keySet());
        names.removeAll(RouteCheck.BUILT_IN);
        names.add(RouteCheck.BULK);
        return Spelling.hint(bean, names);
    }

    private static String bean(String reference) {
        return reference.replaceFirst("^#(bean:)?", "");
    }

    private Optional<EndpointUse> endpoint(String step, Node body, CheckedRoute route) {
        Node at = body instanceof ScalarNode && Set.of("to", "toD", "from").contains(step) ? body
                : Scalars.node(body, "uri").orElse(null);
        if (!(at instanceof ScalarNode uri)) {
            return Optional.empty();
        }
        boolean isDynamic = placeholders.lenient(uri.getValue()).contains("${");
        if (isDynamic) {
            route.sendsSomewhere();
        }
        var use = endpoints.read(step, body, uri);
        use.ifPresent(found -> {
            route.add(found);
            if (isDynamic && step.equals("to") && AS_WRITTEN.contains(found.scheme())) {
                findings.errorAt(uri, "${", "to takes ${...} as it is written, and does not evaluate it", found.scheme().equals("kafka")
                        ? "use toD" : "give the bulk strategy an expression: index: \"...\"");
            }
            if (!isDynamic) {
                endpointRules.check(found, findings);
                if (!found.isFrom()) {
                    target(uri, found.scheme() + ':' + found.rest());
                }
                if (found.scheme().equals("bean") && !found.rest().contains(Placeholders.UNRESOLVED)) {
                    named(uri, found.rest().replaceFirst("^bean:", ""));
                }
            }
            found.options().forEach((name, value) -> optionReference(found, name, value));
        });
        return use;
    }

    private void optionReference(EndpointUse use, String name, String value) {
        if (value.startsWith("#") && !value.startsWith("#class:") && !value.startsWith("#type:")
                && !beans.containsKey(bean(value))) {
            use.error(findings, name, name + ": there is no bean " + bean(use.written(name)), near(bean(value)));
        }
    }
}

package io.penstock.route.check;

import io.penstock.convert.FieldConversion;
import io.penstock.convert.Spelling;
import io.penstock.route.yaml.Yaml;
import io.penstock.sink.BulkStrategy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** The beans a file declares, made for a try: a bad pattern, format or path is found by the bean itself. */
final class BeanRules {

    static final String CONVERSION = FieldConversion.class.getName();
    static final String STRATEGY = BulkStrategy.class.getName();
    private static final List<String> TYPES = List.of(CONVERSION, STRATEGY);
    private static final Pattern PLACE = Pattern.compile("line (\\d+), column \\d+");
    private static final Pattern FIELD = Pattern.compile("^field ([^:]+):");

    private final Placeholders placeholders;
    private final Findings findings;

    BeanRules(Placeholders placeholders, Findings findings) {
        this.placeholders = placeholders;
        this.findings = findings;
    }

    /** The names of the beans in a {@code beans} list, and their types. */
    static Map<String, String> declared(Node beans) {
        var declared = new LinkedHashMap<String, String>();
        if (beans instanceof SequenceNode list) {
            list.getValue().forEach(bean -> Scalars.of(bean, "name")
                    .ifPresent(name -> declared.put(name, type(bean))));
        }
        return declared;
    }

    private static String type(Node bean) {
        return Scalars.of(bean, "type").map(type -> type.replaceFirst("^#class:", "")).orElse("");
    }

    void check(Node beans) {
        if (beans instanceof SequenceNode list) {
            list.getValue().forEach(this::bean);
        }
    }

    private void bean(Node bean) {
        var type = type(bean);
        if (type.equals(CONVERSION)) {
            conversion(bean);
        } else if (type.equals(STRATEGY)) {
            strategy(bean);
        } else if (!isKnown(type)) {
            Scalars.node(bean, "type").ifPresent(at -> findings.error(at, "there is no bean type " + type
                    + " in this executable", Spelling.hint(type, TYPES)));
        }
        if (Scalars.of(bean, "name").isEmpty()) {
            findings.error(bean, "a bean needs a name", "");
        }
    }

    /** Only types that Camel or Penstock bring along can be meant; none is initialised here. No type is not this one's fault. */
    static boolean isKnown(String type) {
        if (type.isEmpty()) {
            return true;
        }
        try {
            Class.forName(type, false, BeanRules.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    private void conversion(Node bean) {
        var conversion = new FieldConversion();
        boolean[] isComplete = {true};
        properties(bean).forEach((name, value) -> {
            if (!(value instanceof ScalarNode scalar)) {
                isComplete[0] = false;
                findings.error(value, name + " wants text, found " + Yaml.kind(value),
                        "write " + name + ": | and the declarations below it");
                return;
            }
            var text = placeholders.resolve(scalar.getValue());
            if (text.isEmpty()) {
                isComplete[0] = false;
                return;
            }
            try {
                switch (name) {
                    case "fields" -> conversion.setFields(text.get());
                    case "into" -> conversion.setInto(text.get());
                    case "keep" -> conversion.setKeep(text.get());
                    case "drop" -> conversion.setDrop(text.get());
                    case "flatten" -> conversion.setFlatten(text.get());
                    default -> unknown(value, name, CONVERSION);
                }
            } catch (IllegalArgumentException e) {
                isComplete[0] = false;
                findings.errorInBlock(scalar, line(scalar.getValue(), String.valueOf(e.getMessage())),
                        String.valueOf(e.getMessage()), "");
            }
        });
        if (isComplete[0]) {
            try {
                conversion.start();
            } catch (IllegalArgumentException e) {
                findings.error(bean, String.valueOf(e.getMessage()), "");
            }
        }
    }

    private void strategy(Node bean) {
        var strategy = new BulkStrategy();
        properties(bean).forEach((name, value) -> {
            var text = value instanceof ScalarNode scalar ? placeholders.resolve(scalar.getValue()) : Optional.<String>empty();
            if (!RouteSchema.options(STRATEGY).contains(name)) {
                unknown(value, name, STRATEGY);
            } else if (text.isPresent()) {
                SimpleRules.check(value, text.get(), false, findings);
                if (name.equals("index")) {
                    IndexNames.check(value, text.get(), findings);
                }
                try {
                    switch (name) {
                        case "action" -> strategy.setAction(text.get());
                        case "version" -> strategy.setVersion(text.get());
                        case "pipeline" -> strategy.setPipeline(text.get());
                        default -> {
                            return;
                        }
                    }
                    strategy.checkTogether();
                } catch (IllegalArgumentException e) {
                    findings.error(value, String.valueOf(e.getMessage()), "");
                }
            }
        });
    }

    private void unknown(Node value, String name, String type) {
        findings.error(value, "this bean has no property " + name, Spelling.hint(name, RouteSchema.options(type)));
    }

    private static Map<String, Node> properties(Node bean) {
        var properties = new LinkedHashMap<String, Node>();
        if (Scalars.node(bean, "properties").orElse(null) instanceof MappingNode mapping) {
            mapping.getValue().forEach(tuple -> properties.put(Yaml.key(tuple), tuple.getValueNode()));
        }
        return properties;
    }

    /** The line of the declaration a message is about, from 0; -1 if it does not say. */
    private static int line(String text, String message) {
        var place = PLACE.matcher(message);
        if (place.find()) {
            return Integer.parseInt(place.group(1)) - 1;
        }
        var field = FIELD.matcher(message);
        if (field.find()) {
            var declared = Pattern.compile("^[^:{]*(?<![\\w.])" + Pattern.quote(field.group(1)) + "(?![\\w.])");
            var lines = text.lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                if (declared.matcher(lines.get(i)).find()) {
                    return i;
                }
            }
        }
        return -1;
    }
}

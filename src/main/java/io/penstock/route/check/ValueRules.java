package io.penstock.route.check;

import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.apache.camel.jsonpath.JsonPathLanguage;
import org.apache.camel.util.ObjectHelper;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Values that Camel takes for text until the route starts or its first record comes. */
final class ValueRules {

    private static final Set<String> TYPES = Set.of("unmarshalType", "collectionType");
    private static final Set<String> EXCEPTIONS = Set.of("exception", "exceptionType");
    private static final Set<String> CONVERT = Set.of("convertBodyTo", "convertHeaderTo", "convertVariableTo");
    /** Steps whose expression gives a number. */
    static final Set<String> COUNT = Set.of("throttle", "delay", "loop");
    private static final Pattern NUMBER = Pattern.compile("\\s*\\d+\\s*");

    private final Placeholders placeholders;
    private final Findings findings;

    ValueRules(Placeholders placeholders, Findings findings) {
        this.placeholders = placeholders;
        this.findings = findings;
    }

    /**
     * Reports what is wrong with an option's value.
     *
     * @param owner the step, or the part of one, that has the option
     * @param isPredicate whether an expression is to be true or false
     */
    void check(String option, Node value, String owner, boolean isPredicate) {
        Scalars.node(value, "resultType").ifPresent(type -> text(type, (at, text) -> type(at, text, "java.util.Map")));
        if (option.equals("jsonpath")) {
            // A loop's may be one.
            text(value, (at, text) -> jsonPath(at, text, isPredicate || owner.equals("loop")));
        } else if (option.equals("constant") && COUNT.contains(owner)) {
            text(value, (at, text) -> count(at, text, owner));
        } else if (TYPES.contains(option) || option.equals("type") && CONVERT.contains(owner)) {
            text(value, (at, text) -> type(at, text, "java.util.Map"));
        } else if (EXCEPTIONS.contains(option)) {
            (value instanceof SequenceNode list ? list.getValue() : List.of(value))
                    .forEach(one -> text(one, (at, text) -> type(at, text, "java.lang.IllegalStateException")));
        }
    }

    /** Of the value itself, or of its {@code expression}; nothing where a setting has no value. */
    private void text(Node value, BiConsumer<Node, String> rule) {
        if ((value instanceof ScalarNode ? value : Scalars.node(value, "expression").orElse(value)) instanceof ScalarNode scalar) {
            placeholders.resolve(scalar.getValue()).ifPresent(text -> rule.accept(scalar, text));
        }
    }

    private void jsonPath(Node at, String text, boolean isPredicate) {
        // With the record's values in it it is known only with the record.
        if (text.contains("${")) {
            return;
        }
        try {
            var language = new JsonPathLanguage();
            if (isPredicate) {
                language.validatePredicate(text);
            } else {
                language.validateExpression(text);
            }
        } catch (RuntimeException e) {
            findings.error(at, "jsonpath does not understand this" + (((ScalarNode) at).getValue().equals(text) ? reason(e) : ""), "");
        }
    }

    private static String reason(RuntimeException e) {
        return ": " + (e.getCause() instanceof IndexOutOfBoundsException ? "its end is missing"
                : String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip());
    }

    private void count(Node at, String text, String owner) {
        if (!NUMBER.matcher(text).matches()) {
            findings.error(at, owner + " wants a whole number, found '" + ((ScalarNode) at).getValue() + "'", "");
        }
    }

    /** Found as Camel finds it; a native executable has only those that are meant for routes. */
    private void type(Node at, String name, String example) {
        try {
            if (ObjectHelper.loadClass(name, ValueRules.class.getClassLoader(), false) != null) {
                return;
            }
        } catch (LinkageError e) {
            // as good as none
        }
        findings.error(at, "there is no class " + ((ScalarNode) at).getValue() + " in this executable",
                "write it whole, for example " + example);
    }
}

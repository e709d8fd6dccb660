package io.penstock.route.check;

import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * An endpoint a route names.
 *
 * @param at         where its URI is
 * @param step       the step that names it: from, to, toD, wireTap...
 * @param scheme     the component
 * @param rest       what comes behind the scheme, without options
 * @param options    the options, of the URI and of {@code parameters}, placeholders replaced
 * @param written    the options as they are written: a placeholder's value may be a secret, and is never to be shown
 * @param optionAt   where an option is written that has a line of its own
 */
record EndpointUse(ScalarNode at, String step, String scheme, String rest, Map<String, String> options,
        Map<String, String> written, Map<String, Node> optionAt) {

    boolean isFrom() {
        return step.equals("from") || step.equals("poll") || step.equals("pollEnrich");
    }

    boolean isBulk() {
        return scheme.equals("elasticsearch") && "bulk".equalsIgnoreCase(options.get("operation"));
    }

    Optional<String> option(String name) {
        return Optional.ofNullable(options.get(name));
    }

    /** An option's value as it may be shown. */
    String written(String option) {
        return written.getOrDefault(option, "{{...}}");
    }

    /** The URI up to its options as it may be shown. */
    String writtenAddress() {
        return at.getValue().replaceFirst("(?<!\\{\\{)\\?.*", "");
    }

    /** Reports it where the option is written. */
    void error(Findings findings, String option, String message, String hint) {
        if (options.getOrDefault(option, "").contains(Placeholders.UNRESOLVED)) {
            return;
        }
        var own = optionAt.get(option);
        if (own != null) {
            findings.error(own, message, hint);
        } else {
            findings.errorAt(at, option, message, hint);
        }
    }
}

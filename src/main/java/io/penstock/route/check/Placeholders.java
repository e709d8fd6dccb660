package io.penstock.route.check;

import io.penstock.convert.Spelling;
import io.penstock.delivery.SettingName;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Node;

/** Replaces {@code {{setting}}} as Camel does. */
final class Placeholders {

    /** Stands for a value that isn't there, which is reported once and not for its consequences. */
    static final String UNRESOLVED = "unresolved-setting";
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^{}]+)}}");

    private final Function<String, Optional<String>> settings;
    private final Supplier<List<String>> names;

    /**
     * @param settings a setting's value
     * @param names    the settings there are, for hints
     */
    Placeholders(Function<String, Optional<String>> settings, Supplier<List<String>> names) {
        this.settings = settings;
        this.names = names;
    }

    /** Reports every placeholder without a value. */
    void check(Node at, String text, Findings findings) {
        PLACEHOLDER.matcher(text).results().forEach(match -> {
            var placeholder = match.group(1);
            if (!placeholder.startsWith("?") && value(placeholder).isEmpty()) {
                var name = placeholder.replaceFirst("^!", "");
                findings.errorAt(at, match.group(), "the setting " + name + " has no value" + near(name),
                        "set it (-D" + name + "=..., " + SettingName.variable(name)
                                + "), or give a default: {{" + name + ":default}}");
            }
        });
    }

    private String near(String name) {
        return Spelling.nearest(name, names.get()).map(nearest -> "; " + Spelling.question(nearest)).orElse("");
    }

    /** The text with its placeholders replaced; empty if one has no value. */
    Optional<String> resolve(String text) {
        var matcher = PLACEHOLDER.matcher(text);
        var resolved = new StringBuilder();
        while (matcher.find()) {
            var value = value(matcher.group(1));
            if (value.isEmpty()) {
                return Optional.empty();
            }
            matcher.appendReplacement(resolved, Matcher.quoteReplacement(value.get()));
        }
        return Optional.of(matcher.appendTail(resolved).toString());
    }

    /** The text with its placeholders replaced, those without a value by {@link #UNRESOLVED}. */
    String lenient(String text) {
        return PLACEHOLDER.matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(value(match.group(1)).orElse(UNRESOLVED)));
    }

    private Optional<String> value(String placeholder) {
        var name = placeholder.startsWith("?") || placeholder.startsWith("!") ? placeholder.substring(1) : placeholder;
        if (name.startsWith("env:") || name.startsWith("sys:")) {
            var parts = name.split(":", 3);
            var value = name.startsWith("env:") ? System.getenv(parts[1]) : System.getProperty(parts[1]);
            return Optional.ofNullable(value).or(() -> parts.length > 2 ? Optional.of(parts[2]) : Optional.empty());
        }
        int colon = name.indexOf(':');
        return settings.apply(colon < 0 ? name : name.substring(0, colon))
                .or(() -> colon < 0 ? Optional.empty() : Optional.of(name.substring(colon + 1)));
    }
}

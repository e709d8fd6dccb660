package io.penstock.route.check;

import io.penstock.convert.Spelling;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.catalog.EndpointValidationResult;
import org.jspecify.annotations.Nullable;

/** What an endpoint may say: Camel's catalogue knows its options, and some of them would lose records. */
final class EndpointRules {

    private static final Set<String> ELASTICSEARCH_SETTINGS = Set.of("hostAddresses", "user", "password", "certificatePath");

    private final ImageCatalog catalog;

    EndpointRules(ImageCatalog catalog) {
        this.catalog = catalog;
    }

    void check(EndpointUse use, Findings findings) {
        if (use.scheme().equals("seda")) {
            findings.error(use.at(), "there is no component seda in this executable: a record would be let go of before it is through,"
                    + " and lost with the queue", "write direct:" + use.rest() + "; for several records at a time, give the kafka: endpoint consumersCount=8");
            return;
        }
        if (!catalog.components().contains(use.scheme())) {
            findings.error(use.at(), "there is no component "
                    + (use.writtenAddress().startsWith(use.scheme()) ? use.scheme() : use.writtenAddress()) + " in this executable",
                    Spelling.hint(use.scheme(), catalog.components()));
            return;
        }
        if (use.isFrom() && use.scheme().equals("kafka")) {
            KafkaSourceOptions.REFUSED.forEach((option, refusal) -> use.option(option).filter(refusal::refuses)
                    .ifPresent(_ -> use.error(findings, option, refusal.message(option), refusal.hint())));
            if (use.option("topicIsPattern").filter("true"::equals).isPresent() && !use.rest().contains(Placeholders.UNRESOLVED)) {
                KafkaSourceOptions.wrongPattern(use.rest()).ifPresent(message -> findings.error(use.at(), message,
                        "it is a regular expression of Java"));
            }
        }
        if (use.scheme().equals("elasticsearch")) {
            ELASTICSEARCH_SETTINGS.stream().filter(use.options()::containsKey).forEach(option -> use.error(findings, option,
                    option + " is refused: where Elasticsearch is and who signs in are settings",
                    "set elasticsearch.hosts, elasticsearch.username, elasticsearch.password,"
                            + " elasticsearch.tls.ca-certificate"));
        }
        if (catalog.componentModel(use.scheme()) != null) {
            options(use, findings);
        }
    }

    private void options(EndpointUse use, Findings findings) {
        var uri = new StringBuilder(use.scheme()).append(':').append(use.rest());
        char separator = '?';
        for (var option : use.options().entrySet()) {
            uri.append(separator).append(option.getKey()).append('=').append(option.getValue());
            separator = '&';
        }
        var result = catalog.validateEndpointProperties(uri.toString(), false, use.isFrom(), !use.isFrom());
        if (result.getSyntaxError() != null) {
            findings.error(use.at(), "this is no endpoint" + (use.at().getValue().contains("{{") || use.written().toString().contains("{{")
                    ? "" : ": " + result.getSyntaxError()), "");
        }
        for (var name : names(result.getUnknown())) {
            use.error(findings, name, use.scheme() + " has no option " + name, suggestion(result, name));
        }
        for (var name : names(result.getRequired())) {
            findings.error(use.at(), use.scheme() + " needs " + name, "");
        }
        for (var name : names(result.getNotConsumerOnly())) {
            use.error(findings, name, name + " is for writing, not for reading", "");
        }
        for (var name : names(result.getNotProducerOnly())) {
            use.error(findings, name, name + " is for reading, not for writing", "");
        }
        wrong(result.getInvalidBoolean(), "true or false", use, findings);
        wrong(result.getInvalidInteger(), "a whole number", use, findings);
        wrong(result.getInvalidNumber(), "a number", use, findings);
        wrong(result.getInvalidDuration(), "a time like 200 (milliseconds), 5s or 1m", use, findings);
        for (var name : names(result.getInvalidEnum())) {
            var choices = new TreeSet<String>();
            result.getEnumChoices(name).forEach(choice -> choices.add(String.valueOf(choice)));
            var value = String.valueOf(use.options().get(name));
            use.error(findings, name, name + " can't be " + use.written(name), Spelling.hint(value, choices));
        }
    }

    private static void wrong(@Nullable Map<?, ?> options, String wanted, EndpointUse use, Findings findings) {
        for (var name : names(options)) {
            use.error(findings, name, name + " wants " + wanted + ", found '" + use.written(name) + "'", "");
        }
    }

    private static String suggestion(EndpointValidationResult result, String name) {
        var suggestions = result.getUnknownSuggestions();
        return suggestions != null && suggestions.get(name) instanceof String[] names && names.length > 0
                ? "did you mean " + names[0] + "?" : "";
    }

    /** Camel's results are null where there is nothing, and have raw types. */
    private static List<String> names(@Nullable Object result) {
        return switch (result) {
            case Map<?, ?> map -> map.keySet().stream().map(String::valueOf).toList();
            case Collection<?> names -> names.stream().map(String::valueOf).toList();
            case null, default -> List.of();
        };
    }
}

package io.penstock.convert;

import io.penstock.json.DocumentFields;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Service;
import org.jspecify.annotations.Nullable;

/**
 * Turns the object in a message's body into the document its author declared; {@code docs/conversion.md} is the reference.
 * A bean of a route file: Camel sets the properties when the file loads, and a bad one is refused then with an {@link
 * IllegalArgumentException}. Afterwards it is read only and may be used by any number of threads.
 */
@RegisterForReflection
public final class FieldConversion implements Processor, Service, CamelContextAware {

    private @Nullable CamelContext context;
    private volatile @Nullable ConvertedCounters converted;
    private FieldRules fields = FieldRules.NONE;
    private PassThrough passThrough = new PassThrough.Nothing();
    private List<DocumentFields> into = List.of();
    private @Nullable Flattening flattening;

    @Override
    public void setCamelContext(@Nullable CamelContext context) {
        this.context = context;
    }

    @Override
    public @Nullable CamelContext getCamelContext() {
        return context;
    }

    /**
     * The declared fields, as YAML text: Camel's own binding of nested properties loses their order, turns dashes in their
     * names into capitals and takes no lists.
     */
    public void setFields(String text) {
        fields = FieldRules.parse(text);
    }

    /** The place in the document where all fields go, for instance {@code msgBody}. */
    public void setInto(String path) {
        try {
            into = Path.parse(path).steps().reversed().stream().map(step -> new DocumentFields(List.of(step.name()))).toList();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("into: " + e.getMessage() + "; right is for instance msgBody");
        }
    }

    /** The record's fields that go into the document as they are, and no others; names with commas between them. */
    public void setKeep(String names) {
        passThrough = only(new PassThrough.Keep(names("keep", names)));
    }

    /** The record's fields that do not go into the document, while all others do; names with commas between them. */
    public void setDrop(String names) {
        passThrough = only(new PassThrough.Drop(names("drop", names)));
    }

    /** What stands between the names on the way to a value, which become one name: no field is an object then. */
    public void setFlatten(String separator) {
        if (separator.isBlank()) {
            throw new IllegalArgumentException("flatten: it needs what is to stand between the names, for instance _");
        }
        flattening = new Flattening(separator);
    }

    /**
     * Replaces the body, an object, by its document.
     *
     * @throws ConversionException if it can't be converted; the body is then untouched
     */
    @Override
    public void process(Exchange exchange) {
        var message = exchange.getMessage();
        message.setBody(convert(message.getBody(), message.getHeaders()));
        var counters = converted;
        if (counters != null) {
            counters.count(exchange);
        }
    }

    /** The document of a record without headers, as {@link #convert(Object, Map)}. */
    public Map<String, Object> convert(@Nullable Object body) {
        return convert(body, Map.of());
    }

    /**
     * The document of a record.
     *
     * @throws ConversionException if the record is no object or can't be converted
     */
    public Map<String, Object> convert(@Nullable Object body, Map<String, Object> headers) {
        if (!(body instanceof Map<?, ?> record)) {
            throw new ConversionException("the field conversion wants an object, found " + Kind.of(body));
        }
        var document = passThrough instanceof PassThrough.Nothing && flattening == null ? fields.document(record, headers)
                : passed(record, headers);
        for (int i = 0; i < into.size(); i++) {
            document = into.get(i).document(new Object[] { document });
        }
        return document;
    }

    private Map<String, Object> passed(Map<?, ?> record, Map<String, Object> headers) {
        var document = fields.apply(record, headers);
        passThrough.pass(record, document, fields.targets());
        return flattening == null ? document : flattening.of(document);
    }

    /**
     * Called when a route with this bean starts.
     *
     * @throws IllegalArgumentException if nothing is declared, so that every document would be empty
     */
    @Override
    public void start() {
        if (context != null) {
            converted = ConvertedCounters.in(context);
        }
        if (fields.rules().isEmpty() && passThrough instanceof PassThrough.Nothing) {
            throw new IllegalArgumentException("the field conversion declares nothing, so every document would be empty;"
                    + " declare fields, keep or drop");
        }
    }

    @Override
    public void stop() {
        // holds nothing
    }

    /**
     * How each declared field comes about for a record, for people who try a route.
     *
     * @return a field each, in their order; what passes through as it is is not among them
     */
    public List<FieldExplanation> explain(@Nullable Object body, Map<String, Object> headers) {
        return body instanceof Map<?, ?> record ? fields.explain(record, headers) : List.of();
    }

    private PassThrough only(PassThrough chosen) {
        if (!(passThrough instanceof PassThrough.Nothing) && passThrough.getClass() != chosen.getClass()) {
            throw new IllegalArgumentException("keep and drop: give one of them; keep names what passes, drop what doesn't");
        }
        return chosen;
    }

    private static Set<String> names(String option, String text) {
        var names = new LinkedHashSet<String>();
        for (var path : parsed(option, text)) {
            if (path.steps().size() > 1) {
                throw new IllegalArgumentException(option + ": " + path.text() + " is below another field, but " + option
                        + " passes whole fields; declare it under fields, or write ['" + path.text()
                        + "'] if the dot is part of the name");
            }
            names.add(path.lastName());
        }
        return names;
    }

    private static List<Path> parsed(String option, String text) {
        try {
            return Path.parseList(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(option + ": " + e.getMessage()
                    + "; right are names with commas between them, like a, b");
        }
    }
}

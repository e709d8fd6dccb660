package io.penstock.route.stand;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.penstock.convert.FieldConversion;
import io.penstock.delivery.Delivery;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.model.AggregateDefinition;
import org.apache.camel.model.ExpressionNode;
import org.apache.camel.model.FilterDefinition;
import org.apache.camel.model.ProcessDefinition;
import org.apache.camel.model.UnmarshalDefinition;
import org.jspecify.annotations.Nullable;

/** Writes down what each step does to each record. Steps behind an aggregation see no single record and are left out. */
final class Trace implements StepWatch {

    private static final Pattern EXPRESSION = Pattern.compile("\\$\\{[^{}]+}");
    private static final ObjectMapper MAPPER = JsonMapper.builder().addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS).build();
    private static final int LONGEST = 2_000;

    private final Map<Delivery, List<Note>> notes = new ConcurrentHashMap<>();

    /** What a step did; a step around others is noted first and known last. */
    private static final class Note {
        private final NamedNode step;
        private final Exchange exchange;
        private final String body;
        /** Headers and variables. */
        private final Map<String, String> named;
        private final List<String> lines = new ArrayList<>();

        private Note(NamedNode step, Exchange exchange) {
            this.step = step;
            this.exchange = exchange;
            this.body = text(exchange.getMessage().getBody());
            this.named = named(exchange);
        }
    }

    @Override
    public void entering(NamedNode step, Exchange exchange) {
        var delivery = exchange.getProperty(Delivery.PROPERTY, Delivery.class);
        if (delivery == null) {
            return;
        }
        var note = new Note(step, exchange);
        switch (step) {
            case ProcessDefinition process when conversion(process, exchange) instanceof FieldConversion conversion ->
                explain(conversion, exchange, note);
            case FilterDefinition filter -> note.lines.add(values(filter, exchange));
            case AggregateDefinition _ -> note.lines.add("gathered");
            default -> {
            }
        }
        synchronized (notes) {
            notes.computeIfAbsent(delivery, d -> new ArrayList<>()).add(note);
        }
    }

    private static @Nullable Object conversion(ProcessDefinition process, Exchange exchange) {
        var ref = process.getRef();
        return ref == null ? null : exchange.getContext().getRegistry().lookupByName(ref.replaceFirst("^#(bean:)?", ""));
    }

    private static void explain(FieldConversion conversion, Exchange exchange, Note note) {
        for (var field : conversion.explain(exchange.getMessage().getBody(), exchange.getMessage().getHeaders())) {
            note.lines.add("  " + field.field() + " <- " + field.origin() + (field.failure().isEmpty()
                    ? ": " + (field.value() == null ? "absent" : text(field.value())) : ": FAILED: " + field.failure()));
        }
    }

    /** The expressions of a filter, each with its value: that is why it passes or drops. */
    private static String values(ExpressionNode filter, Exchange exchange) {
        var expression = filter.getExpression();
        var text = expression == null ? "" : String.valueOf(expression.getExpression());
        if (expression == null || !"simple".equals(expression.getLanguage())) {
            return text;
        }
        var values = new ArrayList<String>();
        EXPRESSION.matcher(text).results().map(match -> match.group()).distinct().forEach(part -> {
            try {
                var value = exchange.getContext().resolveLanguage("simple").createExpression(part);
                value.init(exchange.getContext());
                values.add(part + " is " + text(value.evaluate(exchange, Object.class)));
            } catch (RuntimeException e) {
                values.add(part + " can't be had");
            }
        });
        return text + (values.isEmpty() ? "" : "  [" + String.join(", ", values) + ']');
    }

    @Override
    public void left(NamedNode step, Exchange exchange, boolean wentIn) {
        var delivery = exchange.getProperty(Delivery.PROPERTY, Delivery.class);
        if (delivery == null) {
            return;
        }
        synchronized (notes) {
            notes.getOrDefault(delivery, List.of()).stream().filter(n -> n.step == step && n.exchange == exchange)
                    .reduce((first, second) -> second).ifPresent(note -> finish(note, exchange, wentIn));
        }
    }

    private static void finish(Note note, Exchange exchange, boolean wentIn) {
        if (note.step instanceof FilterDefinition) {
            note.lines.add(exchange.isFailed() && !wentIn ? "failed" : wentIn ? "passed" : "dropped");
            return;
        }
        if (exchange.getException() != null) {
            note.lines.add("FAILED: " + exchange.getException().getMessage());
            return;
        }
        var named = named(exchange);
        named.forEach((name, value) -> {
            if (!value.equals(note.named.get(name))) {
                note.lines.add(name + ": " + value);
            }
        });
        note.named.keySet().stream().filter(name -> !named.containsKey(name)).forEach(name -> note.lines.add(name + " removed"));
        var body = text(exchange.getMessage().getBody());
        // What unmarshal changes is not the text but what it is.
        if (!wentIn && (!body.equals(note.body) || note.step instanceof UnmarshalDefinition)) {
            note.lines.add("body: " + body);
        }
    }

    /** The steps a record took, as lines to read. */
    List<String> of(Delivery delivery) {
        var lines = new ArrayList<String>();
        synchronized (notes) {
            for (var note : notes.getOrDefault(delivery, List.of())) {
                lines.add(note.step.getShortName() + ' ' + note.step.getId() + line(note.step));
                note.lines.forEach(line -> lines.add("    " + line));
            }
        }
        return lines;
    }

    private static String line(NamedNode step) {
        return step.getLineNumber() > 0 ? "  (line " + step.getLineNumber() + ')' : "";
    }

    private static Map<String, String> named(Exchange exchange) {
        var named = new TreeMap<String, String>();
        exchange.getMessage().getHeaders().forEach((name, value) -> named.put("header " + name, String.valueOf(value)));
        exchange.getVariables().forEach((name, value) -> named.put("variable " + name, text(value)));
        return named;
    }

    /** As JSON if it can be, cut where it gets long. */
    static String text(@Nullable Object value) {
        String text;
        try {
            text = value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8)
                    : MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            text = String.valueOf(value);
        }
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }
}

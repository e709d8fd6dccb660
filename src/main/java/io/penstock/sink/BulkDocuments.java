package io.penstock.sink;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.penstock.delivery.Delivery;

import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.component.es.ElasticsearchConstants;
import org.jspecify.annotations.Nullable;

/**
 * Makes the documents of an exchange: one of its body, or one of each element if the body is a list.
 *
 * <p>The headers {@code indexName} and {@code indexId} of a route's {@code setHeader} step say where a document goes; else
 * the given expressions do; else it goes to the endpoint's index, under the delivery's id. The part of a split and the
 * element of a list add their number to that id, so that documents of one record don't overwrite each other. Where steps that
 * follow one another store in one index, the route has to name an id.
 *
 * <p>A deletion has no document: its body does not matter, and null, a tombstone's, is right.
 *
 * @param action   what the bulk does with them: each expression is evaluated on the record's exchange
 * @param id       the id; null for the delivery's
 * @param index    the index; null for the endpoint's
 * @param routing  null for none
 * @param version  the external version, a whole number from 0; null for none
 * @param pipeline the ingest pipeline; null for the index's own
 * @param json     writes them
 */
record BulkDocuments(Action action, @Nullable Property id, @Nullable Property index, @Nullable Property routing,
        @Nullable Property version, @Nullable Property pipeline, DocumentJson json) {

    static final String NO_PIPELINE = "the action update takes no pipeline: Elasticsearch has none for an update that may"
            + " store the document; take pipeline out, or use index";
    /** About how many bytes a document's objects take while it is on its way, beside what it is. */
    private static final int OBJECTS = 300;
    private static final byte[] NO_SOURCE = new byte[0];

    /** What the bulk does with a document. */
    sealed interface Action {

        /** @throws IllegalArgumentException if it is none for this record */
        BulkAction of(Exchange exchange);

        record Fixed(BulkAction action) implements Action {

            @Override
            public BulkAction of(Exchange exchange) {
                return action;
            }
        }

        record PerRecord(Property property) implements Action {

            @Override
            public BulkAction of(Exchange exchange) {
                var word = property.of(exchange, "action");
                try {
                    return BulkAction.of(word);
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException("the bulk's expression for the action gave none of index, create, update,"
                            + " delete for this record");
                }
            }
        }
    }

    /**
     * An expression that is evaluated on the record's exchange, behind the route's steps.
     *
     * @param text  as it is written
     * @param parts whose values make the text's, each on its own so that none can be nothing unnoticed
     */
    record Property(String text, List<Expression> parts) {

        private static final Pattern NO_LITERAL = Pattern.compile("^(\\+\\+|--)|\\\\");

        /** @param simple makes a part's expression */
        static Property of(String text, Function<String, Expression> simple) {
            return new Property(text, parts(text).stream().map(simple).toList());
        }

        /** {@code a-}, {@code ${header.b}} of {@code a-${header.b}}; the whole where the text between them is an operator or escaped. */
        private static List<String> parts(String text) {
            var parts = new ArrayList<String>();
            int literal = 0;
            for (int begin = text.indexOf("${"); begin >= 0; begin = text.indexOf("${", literal)) {
                parts.add(text.substring(literal, begin));
                literal = end(text, begin);
                parts.add(text.substring(begin, literal));
            }
            parts.add(text.substring(literal));
            parts.removeIf(String::isEmpty);
            return parts.stream().anyMatch(part -> !part.startsWith("${") && NO_LITERAL.matcher(part).find()) ? List.of(text) : parts;
        }

        /** Behind the brace that closes the function; functions may hold others. */
        private static int end(String text, int begin) {
            int open = 0;
            for (int i = begin; i < text.length(); i++) {
                if (text.startsWith("${", i)) {
                    open++;
                } else if (text.charAt(i) == '}' && --open == 0) {
                    return i + 1;
                }
            }
            return text.length();
        }

        String of(Exchange exchange, String what) {
            var whole = new StringBuilder();
            for (var part : parts) {
                var value = part.evaluate(exchange, String.class);
                if (value == null) {
                    throw new IllegalArgumentException("the bulk's expression for the " + what
                            + " gave nothing for this record: " + text
                            + (text.contains("body") ? "; the body is the document by now: keep what only the record has with"
                                    + " setVariable before the document is made, and write ${variable.name}" : ""));
                }
                whole.append(value);
            }
            return valid(whole.toString(), what);
        }
    }

    /** Documents of the action index, without expressions. */
    static BulkDocuments plain() {
        return new BulkDocuments(new Action.Fixed(BulkAction.INDEX), null, null, null, null, null, new DocumentJson());
    }

    /** @throws IllegalArgumentException if no document can be made of it */
    List<BulkDocument> of(Exchange exchange) {
        var delivery = exchange.getProperty(Delivery.PROPERTY, Delivery.class);
        var documents = of(exchange, delivery);
        // One document is about what its record is; thousands of a few bytes each are far more.
        if (delivery != null && (documents.size() > 1 || SplitParts.isPart(exchange))) {
            documents.forEach(document -> delivery.grew(document.bytes() + OBJECTS));
        }
        return documents;
    }

    private List<BulkDocument> of(Exchange exchange, @Nullable Delivery delivery) {
        var target = named(exchange, ElasticsearchConstants.PARAM_INDEX_NAME, index, "index");
        var named = named(exchange, ElasticsearchConstants.PARAM_INDEX_ID, id, "id");
        var base = named != null ? named : numbered(delivery, exchange);
        var what = action.of(exchange);
        var options = options(what, exchange);
        if (what == BulkAction.DELETE) {
            return List.of(new BulkDocument(delivery, target, base, what, NO_SOURCE, options));
        }
        var body = exchange.getMessage().getBody();
        // An ObjectNode is iterable too, over its fields.
        if (!(body instanceof Iterable<?> elements) || body instanceof ObjectNode) {
            return List.of(new BulkDocument(delivery, target, base, what, json.bytes(body, exchange), options));
        }
        var documents = new ArrayList<BulkDocument>();
        for (var element : elements) {
            documents.add(new BulkDocument(delivery, target, base + '-' + documents.size(), what,
                    json.bytes(element, exchange), options));
        }
        if (documents.isEmpty() && delivery != null) {
            throw new IllegalArgumentException("the body is an empty list: there is no document in it");
        }
        return documents;
    }

    private BulkOptions options(BulkAction what, Exchange exchange) {
        if (routing == null && version == null && pipeline == null) {
            return BulkOptions.NONE;
        }
        if (version != null && !what.isVersioned()) {
            throw new IllegalArgumentException(unversioned(what));
        }
        if (pipeline != null && what == BulkAction.UPDATE) {
            throw new IllegalArgumentException(NO_PIPELINE);
        }
        return new BulkOptions(routing == null ? null : routing.of(exchange, "routing"),
                version == null ? null : number(version.of(exchange, "version")),
                // A deletion goes through none.
                pipeline == null || what == BulkAction.DELETE ? null
                        : pipeline.of(exchange, "pipeline"));
    }

    static String unversioned(BulkAction action) {
        return "the action " + action.word() + " takes no version: Elasticsearch compares versions for index and delete only";
    }

    private static long number(String text) {
        try {
            long number = Long.parseLong(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below, without the text
        }
        throw new IllegalArgumentException("the document's version is no whole number from 0");
    }

    private static String numbered(@Nullable Delivery delivery, Exchange exchange) {
        var base = delivery != null ? delivery.documentId() : exchange.getExchangeId();
        var part = SplitParts.number(exchange);
        return delivery != null && part != null ? base + '-' + part : base;
    }

    private static @Nullable String named(Exchange exchange, String header, @Nullable Property property, String what) {
        var name = exchange.getMessage().getHeader(header, String.class);
        if (name != null) {
            return valid(name, what);
        }
        return property == null ? null : property.of(exchange, what);
    }

    private static String valid(String text, String what) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("the document's " + what + " is empty");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException("the document's " + what + " holds half a character");
        }
        return text;
    }
}

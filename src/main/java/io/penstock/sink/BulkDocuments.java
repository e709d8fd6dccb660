package io.penstock.sink;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.penstock.delivery.Delivery;

import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Expression;
import org.apache.camel.component.es.ElasticsearchConstants;
import org.jspecify.annotations.Nullable;

/**
 * Makes the documents of an exchange: one of its body, or one of each element if the body is a list.
 *
 * <p>The headers {@code indexName} and {@code indexId} of a route's {@code setHeader} step say where a document goes; else
 * the given expressions do; else it goes to the endpoint's index, under the delivery's id. The part of a split and the
 * element of a list add their number to that id, so that documents of one record don't overwrite each other. Camel tells
 * only the number within the innermost of nested splits: there the route has to name an id.
 *
 * @param action what the bulk does with them
 * @param id     the id, evaluated on the record's exchange; null for the delivery's
 * @param index  the index, evaluated on the record's exchange; null for the endpoint's
 */
record BulkDocuments(BulkAction action, @Nullable Expression id, @Nullable Expression index) {

    static final BulkDocuments DEFAULT = new BulkDocuments(BulkAction.INDEX, null, null);

    /** @throws IllegalArgumentException if no document can be made of it */
    List<BulkDocument> of(Exchange exchange) {
        var delivery = exchange.getProperty(Delivery.PROPERTY, Delivery.class);
        var target = named(exchange, ElasticsearchConstants.PARAM_INDEX_NAME, index, "index");
        var named = named(exchange, ElasticsearchConstants.PARAM_INDEX_ID, id, "id");
        var base = named != null ? named : numbered(delivery, exchange);
        var body = exchange.getMessage().getBody();
        // An ObjectNode is iterable too, over its fields.
        if (!(body instanceof Iterable<?> elements) || body instanceof ObjectNode) {
            return List.of(new BulkDocument(delivery, target, base, action, DocumentJson.bytes(body, exchange)));
        }
        var documents = new ArrayList<BulkDocument>();
        for (var element : elements) {
            documents.add(new BulkDocument(delivery, target, base + '-' + documents.size(), action,
                    DocumentJson.bytes(element, exchange)));
        }
        if (documents.isEmpty() && delivery != null) {
            throw new IllegalArgumentException("the body is an empty list: there is no document in it");
        }
        return documents;
    }

    private static String numbered(@Nullable Delivery delivery, Exchange exchange) {
        var base = delivery != null ? delivery.documentId() : exchange.getExchangeId();
        var part = exchange.getProperty(ExchangePropertyKey.SPLIT_INDEX, Integer.class);
        return delivery != null && part != null ? base + '-' + part : base;
    }

    private static @Nullable String named(Exchange exchange, String header, @Nullable Expression expression, String what) {
        var name = exchange.getMessage().getHeader(header, String.class);
        if (name == null && expression != null) {
            name = expression.evaluate(exchange, String.class);
            if (name == null) {
                throw new IllegalArgumentException("the bulk's expression for the " + what + " gave nothing for this record");
            }
        }
        if (name == null) {
            return null;
        }
        if (name.isBlank()) {
            throw new IllegalArgumentException("the document's " + what + " is empty");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
            throw new IllegalArgumentException("the document's " + what + " holds half a character");
        }
        return name;
    }
}

package io.penstock.sink;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

/**
 * Elasticsearch's answer to a bulk, read as a stream.
 *
 * @param items one for each item of the request, in its order
 */
record BulkAnswer(List<Item> items) {

    /** What the answer is cut down to: all that is read here. */
    static final String FILTER_PATH = "items.*.status,items.*.error.type,items.*.error.reason";

    private static final JsonFactory JSON = new JsonFactory();

    /**
     * @param status the item's HTTP status
     * @param type   Elasticsearch's error type; empty if none
     * @param reason Elasticsearch's reason, which may quote the document; empty if none
     */
    record Item(int status, String type, String reason) {

        private static final Item CREATED = new Item(201, "", "");
        private static final Item OK = new Item(200, "", "");

        /** What most items are is there already. */
        private static Item of(int status, String type, String reason) {
            return type.isEmpty() && reason.isEmpty() && status == CREATED.status ? CREATED
                    : type.isEmpty() && reason.isEmpty() && status == OK.status ? OK : new Item(status, type, reason);
        }
    }

    /**
     * @param expected how many items were sent
     * @throws IOException if the answer is cut, not JSON, or not about that many items: then nothing is known of any
     */
    static BulkAnswer read(InputStream in, int expected) throws IOException {
        List<Item> items = null;
        try (var parser = JSON.createParser(in)) {
            expect(parser.nextToken(), JsonToken.START_OBJECT);
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean isItems = "items".equals(parser.currentName());
                parser.nextToken();
                if (isItems) {
                    items = items(parser, expected);
                } else {
                    parser.skipChildren();
                }
            }
            expect(parser.currentToken(), JsonToken.END_OBJECT);
            if (parser.nextToken() != null) {
                throw new IOException("there is more behind the bulk's answer");
            }
        }
        if (items == null || items.size() != expected) {
            throw new IOException("the bulk's answer is about " + (items == null ? 0 : items.size()) + " items, " + expected
                    + " were sent");
        }
        return new BulkAnswer(items);
    }

    private static List<Item> items(JsonParser parser, int expected) throws IOException {
        expect(parser.currentToken(), JsonToken.START_ARRAY);
        var items = new ArrayList<Item>(expected);
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            expect(parser.nextToken(), JsonToken.FIELD_NAME);
            expect(parser.nextToken(), JsonToken.START_OBJECT);
            items.add(item(parser));
            expect(parser.nextToken(), JsonToken.END_OBJECT);
        }
        expect(parser.currentToken(), JsonToken.END_ARRAY);
        return items;
    }

    private static Item item(JsonParser parser) throws IOException {
        int status = 0;
        String type = "";
        String reason = "";
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var name = parser.currentName();
            var value = parser.nextToken();
            if (name.equals("status") && value == JsonToken.VALUE_NUMBER_INT) {
                status = parser.getIntValue();
            } else if (name.equals("error") && value == JsonToken.START_OBJECT) {
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    var field = parser.currentName();
                    parser.nextToken();
                    if (field.equals("type")) {
                        type = parser.getValueAsString("");
                    } else if (field.equals("reason")) {
                        reason = parser.getValueAsString("");
                    }
                    parser.skipChildren();
                }
                expect(parser.currentToken(), JsonToken.END_OBJECT);
            } else {
                parser.skipChildren();
            }
        }
        expect(parser.currentToken(), JsonToken.END_OBJECT);
        if (status == 0) {
            throw new IOException("an item of the bulk's answer has no status");
        }
        return Item.of(status, type, reason);
    }

    private static void expect(JsonToken found, JsonToken expected) throws IOException {
        if (found != expected) {
            throw new IOException("the bulk's answer has " + found + " where " + expected + " belongs");
        }
    }
}

package io.penstock.sink;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import org.jspecify.annotations.Nullable;

/**
 * Elasticsearch's answer to a bulk: compared with the one expected, by which all was stored, or else parsed as a stream.
 *
 * @param items one for each item of the request, in its order
 */
record BulkAnswer(List<Item> items) {

    /** What the answer is cut down to: all that is read here. */
    static final String FILTER_PATH = "items.*.status,items.*.error.type,items.*.error.reason";

    private static final JsonFactory JSON = new JsonFactory();
    private static final byte[] FIRST = "{\"items\":[".getBytes(StandardCharsets.US_ASCII);
    /** How an item that was stored begins, for each action; the last digit of its status is next. */
    private static final byte[][] STORED = storedItems();
    /** That digit, two braces, and a comma or the bracket behind all items. */
    private static final int STORED_END = 4;
    private static final int LONGEST_STORED = "{'create':{'status':201}},".length();

    private static byte[][] storedItems() {
        var actions = BulkAction.values();
        var stored = new byte[actions.length][];
        for (int i = 0; i < actions.length; i++) {
            stored[i] = ("{\"" + actions[i].word() + "\":{\"status\":20").getBytes(StandardCharsets.US_ASCII);
        }
        return stored;
    }

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
        // One byte more than an answer has by which everything was stored: so its end is seen.
        var start = new byte[FIRST.length + LONGEST_STORED * expected + 2];
        int length = in.readNBytes(start, 0, start.length);
        if (length < start.length) {
            for (var action : STORED) {
                var items = stored(action, start, length, expected);
                if (items != null) {
                    return new BulkAnswer(items);
                }
            }
        }
        return parse(new SequenceInputStream(new ByteArrayInputStream(start, 0, length), in), expected);
    }

    /**
     * The items of an answer by which all were stored with the same action, as nearly all answers are: compared with what is
     * known beforehand, which takes a fraction of parsing.
     *
     * @return null if it is any other answer, or written in any other way
     */
    private static @Nullable List<Item> stored(byte[] action, byte[] json, int length, int expected) {
        int each = action.length + STORED_END;
        if (expected == 0 || length != FIRST.length + expected * each + 1 || json[length - 1] != '}'
                || !Arrays.equals(json, 0, FIRST.length, FIRST, 0, FIRST.length)) {
            return null;
        }
        var items = new ArrayList<Item>(expected);
        for (int i = 0; i < expected; i++) {
            int at = FIRST.length + i * each;
            int digit = at + action.length;
            if (!Arrays.equals(json, at, digit, action, 0, action.length) || json[digit] != '0' && json[digit] != '1'
                    || json[digit + 1] != '}' || json[digit + 2] != '}' || json[digit + 3] != (i == expected - 1 ? ']' : ',')) {
                return null;
            }
            items.add(json[digit] == '0' ? Item.OK : Item.CREATED);
        }
        return items;
    }

    /** As {@link #read} does what it can't do by comparing. */
    static BulkAnswer parse(InputStream in, int expected) throws IOException {
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

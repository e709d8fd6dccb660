package io.penstock.sink;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;

import org.apache.camel.Exchange;
import org.apache.camel.NoTypeConversionAvailableException;
import org.apache.camel.StreamCache;
import org.apache.camel.TypeConversionException;
import org.jspecify.annotations.Nullable;

import io.penstock.json.Document;
import io.penstock.json.DocumentFields;
import io.penstock.json.LateMap;

/** Serialises a message body, once, to the one line of JSON that goes into the bulk. May be used by any number of threads. */
final class DocumentJson {

    /** It reads names that come from records: interned, a native executable would keep each of them for ever. */
    private static final JsonMapper MAPPER = JsonMapper
            .builder(new JsonFactoryBuilder().rootValueSeparator("").disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build())
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            // Whoever has it write one value of a document flushes when all is written.
            .disable(SerializationFeature.FLUSH_AFTER_WRITE_VALUE)
            .build();

    /** A writer that nobody uses at the moment: making one costs more than writing a document. */
    private final AtomicReference<@Nullable Writer> spare = new AtomicReference<>();

    /**
     * @param body a map, a JSON node, an object Jackson can write, or JSON as bytes, string or stream
     * @throws IllegalArgumentException if it is no JSON object
     */
    byte[] bytes(@Nullable Object body, Exchange exchange) {
        try {
            // What a conversion makes. The first switch over types takes a start some milliseconds, in which Java makes a class for it.
            if (body instanceof Map<?, ?>) {
                return written(body);
            }
            return switch (body) {
                case null -> throw new IllegalArgumentException("there is no body to store");
                case byte[] json -> line(json);
                case String json -> line(json.getBytes(StandardCharsets.UTF_8));
                case JsonNode node when !node.isObject() -> throw notAnObject(node.getNodeType().toString().toLowerCase());
                case Number n -> throw notAnObject("number");
                case Boolean b -> throw notAnObject("boolean");
                default -> {
                    var json = body instanceof InputStream || body instanceof StreamCache
                            ? exchange.getContext().getTypeConverter().mandatoryConvertTo(byte[].class, exchange, body)
                            : null;
                    yield json != null ? line(json) : written(body);
                }
            };
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the body is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException | UncheckedIOException | TypeConversionException
                | NoTypeConversionAvailableException e) {
            throw new IllegalArgumentException("the body can't be written as JSON", e);
        }
    }

    private byte[] written(Object body) throws IOException {
        byte[] json;
        try {
            json = body instanceof Map<?, ?> map ? written(map) : other(body);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the body, a " + body.getClass().getName() + ", can't be written as JSON: "
                    + e.getOriginalMessage(), e);
        }
        if (json[0] != '{') {
            throw notAnObject(body.getClass().getName());
        }
        return json;
    }

    private byte[] written(Map<?, ?> map) throws IOException {
        var kept = spare.getAndSet(null);
        var writer = kept != null ? kept : new Writer();
        var json = writer.json(map);
        // One that has failed is in the middle of something.
        spare.set(writer);
        return json;
    }

    private static byte[] other(Object body) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var generator = new Finite(MAPPER.createGenerator(out))) {
            MAPPER.writeValue(generator, body);
        }
        return out.toByteArray();
    }

    /** Writes one document after the other, by one thread at a time. */
    private static final class Writer {

        private final Pieces out = new Pieces();
        private final JsonGenerator generator;

        private Writer() throws IOException {
            generator = MAPPER.createGenerator(out);
        }

        private byte[] json(Map<?, ?> map) throws IOException {
            write(generator, map);
            generator.flush();
            return out.take();
        }
    }

    /** A document comes in one piece if it fits into the generator's buffer, as most do: one copy, and no lock, as a buffer here has. */
    private static final class Pieces extends OutputStream {

        private static final byte[] NONE = {};

        private byte[] first = NONE;
        private @Nullable ByteArrayOutputStream all;

        @Override
        public void write(int b) {
            write(new byte[] { (byte) b }, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            if (first.length == 0) {
                first = Arrays.copyOfRange(bytes, offset, offset + length);
                return;
            }
            if (all == null) {
                all = new ByteArrayOutputStream(4 * first.length);
                all.writeBytes(first);
            }
            all.write(bytes, offset, length);
        }

        private byte[] take() {
            var taken = all == null ? first : all.toByteArray();
            first = NONE;
            all = null;
            return taken;
        }
    }

    /** As the mapper would, which has to find out how for each value anew: what conversions and Jackson make is known. */
    private static void write(JsonGenerator generator, @Nullable Object value) throws IOException {
        if (value instanceof String text) {
            generator.writeString(text);
        } else if (value instanceof Integer number) {
            generator.writeNumber(number);
        } else if (value instanceof Long number) {
            generator.writeNumber(number);
        } else if (value instanceof Double number) {
            generator.writeNumber(finite(number));
        } else if (value instanceof Boolean truth) {
            generator.writeBoolean(truth);
        } else if (value == null) {
            generator.writeNull();
        } else if (value instanceof Document document && DocumentFields.of(document) instanceof DocumentFields fields) {
            generator.writeStartObject(value);
            for (int i = 0; i < fields.count(); i++) {
                var field = fields.value(document, i);
                if (field != null) {
                    generator.writeFieldName(fields.name(i));
                    write(generator, field);
                }
            }
            generator.writeEndObject();
        } else if ((value.getClass() == LinkedHashMap.class || value instanceof LateMap) && hasNames((Map<?, ?>) value)) {
            generator.writeStartObject(value);
            for (var entry : ((Map<?, ?>) value).entrySet()) {
                generator.writeFieldName((String) entry.getKey());
                write(generator, entry.getValue());
            }
            generator.writeEndObject();
        } else if (value.getClass() == ArrayList.class) {
            generator.writeStartArray(value);
            for (var element : (ArrayList<?>) value) {
                write(generator, element);
            }
            generator.writeEndArray();
        } else {
            MAPPER.writeValue(new Finite(generator), value);
        }
    }

    /** Jackson's reading of 1e400, for instance, is no JSON, and would be written as a text. */
    private static double finite(double number) {
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException("a number in it is not finite, or has more digits before its point than 64 bits can tell");
        }
        return number;
    }

    /** What the mapper writes to, of whatever class a number is in. */
    private static final class Finite extends JsonGeneratorDelegate {

        private Finite(JsonGenerator generator) {
            super(generator, false);
        }

        @Override
        public void writeNumber(double number) throws IOException {
            super.writeNumber(finite(number));
        }

        @Override
        public void writeNumber(float number) throws IOException {
            finite(number);
            super.writeNumber(number);
        }

        @Override
        public void writeArray(double[] numbers, int offset, int length) throws IOException {
            for (int i = offset; i < offset + length; i++) {
                finite(numbers[i]);
            }
            super.writeArray(numbers, offset, length);
        }
    }

    private static boolean hasNames(Map<?, ?> map) {
        for (var key : map.keySet()) {
            if (!(key instanceof String)) {
                return false;
            }
        }
        return true;
    }

    /** JSON that came as text: checked to be one object, and without the line breaks that would break the bulk's lines. */
    private static byte[] line(byte[] json) throws IOException {
        try (var parser = MAPPER.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw notAnObject(parser.currentToken() == null ? "nothing" : String.valueOf(parser.currentToken()));
            }
            boolean utf8 = json.length < 2 || (json[0] != 0 && json[1] != 0 && (json[0] & 0xff) < 0xef);
            if (utf8 && !hasLineBreak(json)) {
                parser.skipChildren();
                end(parser);
                return json;
            }
            var out = new ByteArrayOutputStream(json.length);
            try (var generator = MAPPER.createGenerator(out)) {
                copy(parser, generator);
            }
            end(parser);
            return out.toByteArray();
        }
    }

    private static boolean hasLineBreak(byte[] json) {
        for (byte b : json) {
            if (b == '\n' || b == '\r') {
                return true;
            }
        }
        return false;
    }

    /** Copies the object the parser is at, numbers digit by digit. */
    private static void copy(JsonParser parser, JsonGenerator generator) throws IOException {
        for (int depth = 0;; parser.nextToken()) {
            var token = parser.currentToken();
            if (token == null) {
                throw new IllegalArgumentException("the body is not JSON: it ends too early");
            }
            switch (token) {
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> generator.writeNumber(parser.getText());
                default -> generator.copyCurrentEvent(parser);
            }
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            if (depth == 0) {
                return;
            }
        }
    }

    private static void end(JsonParser parser) throws IOException {
        if (parser.nextToken() != null) {
            throw new IllegalArgumentException("the body is more than one JSON object");
        }
    }

    private static IllegalArgumentException notAnObject(String found) {
        return new IllegalArgumentException("only a JSON object can be stored as a document; the body is " + found);
    }
}

package io.penstock.sink;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** A dead letter as one JSON object, for endpoints that know no keys, headers and raw bytes. */
final class DeadLetterEnvelope {

    private final JsonFactory json = new JsonFactory();

    /** Bytes that are UTF-8 text are written as text, others under a name that ends in {@code Base64}; null stays null. */
    byte[] of(DeadLetter letter, Instant now) throws IOException {
        var record = letter.delivery().record();
        var reason = letter.reason();
        var bytes = new ByteArrayOutputStream();
        try (JsonGenerator object = json.createGenerator(bytes)) {
            object.writeStartObject();
            object.writeStringField("@timestamp", now.toString());
            object.writeStringField("route", letter.delivery().route());
            object.writeStringField("step", reason.step());
            object.writeStringField("reason", reason.message());
            object.writeStringField("exception", reason.exception());
            object.writeNumberField("attempts", reason.attempts());
            object.writeStringField("topic", record.topic());
            object.writeNumberField("partition", record.partition());
            object.writeNumberField("offset", record.offset());
            object.writeNumberField("timestamp", record.timestamp());
            write(object, "key", record.key());
            write(object, "value", record.value());
            object.writeArrayFieldStart("headers");
            for (Header header : record.headers()) {
                object.writeStartObject();
                object.writeStringField("key", header.key());
                write(object, "value", header.value());
                object.writeEndObject();
            }
            object.writeEndArray();
            object.writeEndObject();
        }
        return bytes.toByteArray();
    }

    private static void write(JsonGenerator object, String name, byte @Nullable [] bytes) throws IOException {
        if (bytes == null) {
            object.writeNullField(name);
            return;
        }
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException notText) {
            object.writeBinaryField(name + "Base64", bytes);
            return;
        }
        object.writeStringField(name, text);
    }
}

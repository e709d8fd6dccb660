package io.penstock.convert;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a value is taken from: a field of the record's object, or a header of its message. */
sealed interface Place {

    /** As it is called in messages. */
    String text();

    /** With its kind before it, for messages. */
    String described();

    /** The value at this place, null if there is none. */
    @Nullable Object in(Map<?, ?> fields, Map<String, Object> headers);

    record Field(Path path) implements Place {
        @Override
        public String text() {
            return path.text();
        }

        @Override
        public String described() {
            return "source field " + path.text();
        }

        @Override
        public @Nullable Object in(Map<?, ?> fields, Map<String, Object> headers) {
            return path.find(fields);
        }
    }

    /** A header; bytes, as Kafka has them, are text in UTF-8. */
    record Header(String name) implements Place {
        @Override
        public String text() {
            return "header " + name;
        }

        @Override
        public String described() {
            return text();
        }

        @Override
        public @Nullable Object in(Map<?, ?> fields, Map<String, Object> headers) {
            var value = headers.get(name);
            if (!(value instanceof byte[] bytes)) {
                return value;
            }
            try {
                return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            } catch (CharacterCodingException _) {
                throw new ConversionException("header " + name + " is not text in UTF-8");
            }
        }
    }
}

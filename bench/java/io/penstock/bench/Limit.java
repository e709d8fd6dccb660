package io.penstock.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The least code that does the reference job and loses nothing: the practical ceiling. One thread polls, converts from bytes to
 * bytes, sends a poll's documents as one bulk over one connection, and commits after its answer. What Elasticsearch can't take now
 * is sent again, what it never takes and what can't be converted goes to the dead letter topic. Its settings are the environment
 * variables that Penstock takes.
 */
final class Limit implements AutoCloseable {

    private static final JsonFactory JSON = new JsonFactory();
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final SerializedString LINE_BREAK = new SerializedString("\n");
    private static final Duration POLL = Duration.ofMillis(200);
    private static final DateTimeFormatter SHANGHAI =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.of("Asia/Shanghai"));
    private static final String REQUEST_ID = "][seqId:";

    private final String topic = setting("PENSTOCK_TOPIC");
    private final String index = setting("PENSTOCK_INDEX");
    private final String deadLetterTopic = setting("PENSTOCK_DEAD_LETTERS_URI").replaceFirst("^kafka:", "");
    private final URI bulk = URI.create("http://" + setting("ELASTICSEARCH_HOSTS") + "/_bulk?filter_path=errors,items.*.status");
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(Map.of(
            "bootstrap.servers", setting("KAFKA_BOOTSTRAP_SERVERS"), "group.id", setting("PENSTOCK_GROUP_ID"),
            "enable.auto.commit", false, "auto.offset.reset", "earliest", "max.poll.records", 1000),
            new ByteArrayDeserializer(), new ByteArrayDeserializer());
    private final KafkaProducer<byte[], byte[]> deadLetters = new KafkaProducer<>(
            Map.of("bootstrap.servers", setting("KAFKA_BOOTSTRAP_SERVERS")), new ByteArraySerializer(), new ByteArraySerializer());
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    public static void main(String... args) throws Exception {
        try (var limit = new Limit()) {
            var main = Thread.currentThread();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                limit.consumer.wakeup();
                try {
                    main.join();
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            }));
            limit.run();
        } catch (WakeupException _) {
            // SIGTERM
        }
    }

    private void run() throws IOException, InterruptedException {
        consumer.subscribe(List.of(topic));
        while (true) {
            var polled = consumer.poll(POLL);
            if (polled.isEmpty()) {
                continue;
            }
            var records = new ArrayList<ConsumerRecord<byte[], byte[]>>(polled.count());
            polled.forEach(records::add);
            store(records);
            deadLetters.flush();
            consumer.commitAsync();
        }
    }

    /** Returns when each is stored, filtered out, or on its way to the dead letters. */
    private void store(List<ConsumerRecord<byte[], byte[]>> records) throws IOException, InterruptedException {
        var left = records;
        while (!left.isEmpty()) {
            var sent = write(left);
            left = sent.isEmpty() ? List.of() : send(sent);
            if (!left.isEmpty()) {
                Thread.sleep(1_000);
            }
        }
    }

    /** Writes the bulk's body and returns the records that are in it, in order. */
    private List<ConsumerRecord<byte[], byte[]>> write(List<ConsumerRecord<byte[], byte[]>> records) throws IOException {
        body.reset();
        var written = new ArrayList<ConsumerRecord<byte[], byte[]>>(records.size());
        try (var lines = JSON.createGenerator(body)) {
            lines.setRootValueSeparator(LINE_BREAK);
            for (var record : records) {
                if (record.value() == null) {
                    bury(record);
                    continue;
                }
                switch (read(record.value())) {
                    case Broken _ -> bury(record);
                    case Success _ -> { }
                    case Failure failure -> {
                        failure.write(lines, index, topic + '-' + record.partition() + '-' + record.offset());
                        written.add(record);
                    }
                }
            }
            lines.writeRaw('\n');
        }
        return written;
    }

    /** Returns the records to send again. */
    private List<ConsumerRecord<byte[], byte[]>> send(List<ConsumerRecord<byte[], byte[]>> records) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(bulk).header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray())).build();
        HttpResponse<byte[]> answer;
        try {
            answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException _) {
            return records;
        }
        if (answer.statusCode() != 200) {
            return records;
        }
        return hasErrors(answer.body()) ? failed(records, answer.body()) : List.of();
    }

    private List<ConsumerRecord<byte[], byte[]>> failed(List<ConsumerRecord<byte[], byte[]>> records, byte[] answer) throws IOException {
        var again = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        var items = MAPPER.readTree(answer).path("items");
        for (int i = 0; i < records.size(); i++) {
            int status = items.path(i).path("index").path("status").asInt();
            if (status == 429 || status >= 500) {
                again.add(records.get(i));
            } else if (status / 100 != 2) {
                bury(records.get(i));
            }
        }
        return again;
    }

    private static boolean hasErrors(byte[] answer) throws IOException {
        try (var parser = JSON.createParser(answer)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                if (parser.currentName().equals("errors")) {
                    return parser.nextBooleanValue();
                }
                parser.nextToken();
                parser.skipChildren();
            }
        }
        throw new IOException("Elasticsearch doesn't say whether there are errors");
    }

    private void bury(ConsumerRecord<byte[], byte[]> record) {
        deadLetters.send(new ProducerRecord<>(deadLetterTopic, null, record.key(), record.value(), record.headers()),
                (_, failure) -> {
                    if (failure != null) {
                        Runtime.getRuntime().halt(1);
                    }
                });
    }

    /** What a record of the trade component says. */
    sealed interface Read {
    }

    record Broken() implements Read {
    }

    record Success() implements Read {
    }

    record Failure(long timestamp, long code, String error, String message, String requestId) implements Read {

        /** Its two lines in a bulk. */
        void write(JsonGenerator lines, String index, String id) throws IOException {
            lines.writeStartObject();
            lines.writeObjectFieldStart("index");
            lines.writeStringField("_index", index);
            lines.writeStringField("_id", id);
            lines.writeEndObject();
            lines.writeEndObject();
            lines.writeStartObject();
            lines.writeObjectFieldStart("msgBody");
            lines.writeStringField("timestamp", SHANGHAI.format(Instant.ofEpochSecond(timestamp)));
            lines.writeNumberField("returnCode", code);
            lines.writeStringField("returnError", error);
            lines.writeStringField("returnMessage", message);
            lines.writeStringField("requestId", requestId);
            lines.writeEndObject();
            lines.writeEndObject();
        }
    }

    private static final Broken BROKEN = new Broken();
    private static final Success SUCCESS = new Success();

    static Read read(byte[] json) {
        Long timestamp = null;
        Long code = null;
        String text = null;
        try (var parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return BROKEN;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                var name = parser.currentName();
                var value = parser.nextToken();
                switch (name) {
                    case "timestamp" -> timestamp = whole(parser, value);
                    case "returnCode" -> code = whole(parser, value);
                    case "returnMessage" -> text = value == JsonToken.VALUE_STRING ? parser.getText() : null;
                    default -> { }
                }
                parser.skipChildren();
            }
            if (parser.currentToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
                return BROKEN;
            }
        } catch (IOException _) {
            return BROKEN;
        }
        if (code != null && code == 0) {
            return SUCCESS;
        }
        if (timestamp == null || code == null || text == null) {
            return BROKEN;
        }
        int message = text.indexOf('[');
        int requestId = text.lastIndexOf(REQUEST_ID);
        if (message < 0 || requestId <= message || text.charAt(text.length() - 1) != ']' || hasLineBreak(text)) {
            return BROKEN;
        }
        return new Failure(timestamp, code, text.substring(0, message), text.substring(message + 1, requestId),
                text.substring(requestId + REQUEST_ID.length(), text.length() - 1));
    }

    private static @Nullable Long whole(JsonParser parser, JsonToken value) throws IOException {
        return value == JsonToken.VALUE_NUMBER_INT ? parser.getLongValue() : null;
    }

    /** The pattern's dots take none. */
    private static boolean hasLineBreak(String text) {
        return text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0 || text.indexOf('\u0085') >= 0 || text.indexOf('\u2028') >= 0
                || text.indexOf('\u2029') >= 0;
    }

    private static String setting(String name) {
        var value = System.getenv(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is not set");
        }
        return value;
    }

    @Override
    public void close() {
        consumer.close();
        deadLetters.close();
        http.close();
    }
}

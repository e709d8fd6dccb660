package io.penstock.source.http;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.cloudevents.CloudEvent;
import io.cloudevents.http.HttpMessageFactory;
import io.cloudevents.jackson.JsonFormat;
import io.cloudevents.rw.CloudEventRWException;
import io.penstock.source.fed.Feeds;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of a CloudEvents request (CloudEvents 1.0 HTTP protocol binding; binary, structured and batched content
 * mode). May be called from any thread.
 *
 * <p>An event that a Knative KafkaSource made of a Kafka record becomes that record again (eventing-kafka-broker,
 * InvalidCloudEventInterceptor). Any other event keeps its identity: the document's id comes from its source and id, and its
 * attributes are headers as the CloudEvents Kafka protocol binding would have them.
 */
final class CloudEvents {

    private static final String STRUCTURED = "application/cloudevents";
    private static final String BATCHED = "application/cloudevents-batch";
    private static final String KAFKA_TYPE = "dev.knative.kafka.event";
    private static final Pattern KAFKA_ID = Pattern.compile("partition:(\\d{1,9})/offset:(\\d{1,18})");
    private static final String KAFKA_HEADER = "kafkaheader";
    /** An event that never was in Kafka has no partition. */
    private static final int NO_PARTITION = -1;

    private final JsonMapper json = sendersJson().addModule(JsonFormat.getCloudEventJacksonModule()).build();
    private final Map<String, String> topics;
    private final BatchLimit limit;

    CloudEvents(Map<String, String> topics, BatchLimit limit) {
        this.topics = Map.copyOf(topics);
        this.limit = limit;
    }

    /** Reads what comes from senders, the whole of it and with its numbers as they are. */
    static JsonMapper.Builder sendersJson() {
        // Interned, a native executable would keep each of their names for ever.
        return JsonMapper.builder(JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);
    }

    /**
     * @param headers   the request's headers
     * @param pathTopic the topic that the request's path names, if it does
     * @throws MalformedRequestException    if it is no CloudEvent
     * @throws BatchLimit.ExceededException if a batch holds too many
     */
    List<Arrival> read(Map<String, List<String>> headers, byte[] body, Optional<String> pathTopic) {
        String contentType = header(headers, "content-type").orElse("").toLowerCase(Locale.ROOT);
        try {
            if (contentType.startsWith(BATCHED)) {
                var arrivals = new ArrayList<Arrival>();
                for (var event : batch(contentType, body)) {
                    arrivals.add(arrival(event, pathTopic));
                }
                return arrivals;
            }
            if (contentType.startsWith(STRUCTURED)) {
                jsonOnly(contentType, "+json");
                return List.of(arrival(json.readValue(body, CloudEvent.class), pathTopic));
            }
            if (header(headers, "ce-specversion").isEmpty()) {
                throw new MalformedRequestException("This is no CloudEvent: there is neither a ce-specversion header nor the "
                        + "content type application/cloudevents+json or application/cloudevents-batch+json.");
            }
            return List.of(arrival(HttpMessageFactory.createReaderFromMultimap(headers, body).toEvent(), pathTopic));
        } catch (CloudEventRWException | IllegalStateException | IllegalArgumentException | IOException e) {
            throw new MalformedRequestException("This is no CloudEvent: " + withoutContent(e));
        }
    }

    private static Optional<String> header(Map<String, List<String>> headers, String name) {
        return headers.entrySet().stream().filter(e -> e.getKey().equalsIgnoreCase(name)).flatMap(e -> e.getValue().stream())
                .findFirst();
    }

    private List<CloudEvent> batch(String contentType, byte[] body) throws IOException {
        jsonOnly(contentType, "-batch+json");
        limit.check(json, body, 1);
        JsonNode array = json.readTree(body);
        if (!array.isArray()) {
            throw new MalformedRequestException("A batch of CloudEvents is a JSON array.");
        }
        var events = new ArrayList<CloudEvent>(array.size());
        for (var event : array) {
            events.add(json.treeToValue(event, CloudEvent.class));
        }
        return events;
    }

    private static void jsonOnly(String contentType, String ending) {
        if (!contentType.split(";")[0].strip().endsWith(ending)) {
            throw new MalformedRequestException("Of the CloudEvents formats only JSON is read, not " + contentType + ".");
        }
    }

    /** Jackson's full message goes on with what it could not read. */
    private static String withoutContent(Exception e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root instanceof JsonProcessingException fault ? "the body is not the JSON it should be: " + fault.getOriginalMessage()
                : String.valueOf(root.getMessage());
    }

    /** @param event null if its JSON is */
    private Arrival arrival(@Nullable CloudEvent event, Optional<String> pathTopic) {
        if (event == null) {
            throw new MalformedRequestException("This is no CloudEvent: it is null.");
        }
        byte[] value = event.getData() == null ? null : event.getData().toBytes();
        Matcher id = KAFKA_ID.matcher(event.getId());
        String topic = event.getSource().getFragment();
        if (KAFKA_TYPE.equals(event.getType()) && id.matches() && topic != null && !topic.isEmpty()) {
            return Arrival.ofKafka(topic, Integer.parseInt(id.group(1)), Long.parseLong(id.group(2)), timestamp(event),
                    bytes(event.getExtension("key")), value, kafkaHeaders(event));
        }
        return own(event, pathTopic.orElseGet(() -> topicOf(event.getType())), value);
    }

    private String topicOf(String type) {
        String known = topics.getOrDefault(type, topics.get("*"));
        return known == null ? type : known;
    }

    private static Headers kafkaHeaders(CloudEvent event) {
        var headers = new RecordHeaders();
        for (String name : event.getExtensionNames()) {
            byte[] value = bytes(event.getExtension(name));
            if (name.startsWith(KAFKA_HEADER) && name.length() > KAFKA_HEADER.length() && value != null) {
                headers.add(name.substring(KAFKA_HEADER.length()), value);
            }
        }
        if (event.getDataContentType() != null) {
            headers.add("content-type", Arrival.utf8(event.getDataContentType()));
        }
        return headers;
    }

    private static Arrival own(CloudEvent event, String topic, byte @Nullable [] value) {
        byte[] identity = sha256(event.getSource(), event.getId());
        var headers = new RecordHeaders();
        for (String name : event.getAttributeNames()) {
            Object attribute = event.getAttribute(name);
            if (attribute != null) {
                headers.add(name.equals("datacontenttype") ? "content-type" : "ce_" + name,
                        Arrival.utf8(name.equals("time") ? String.valueOf(event.getTime()) : attribute.toString()));
            }
        }
        for (String name : event.getExtensionNames()) {
            byte[] extension = bytes(event.getExtension(name));
            if (extension != null) {
                headers.add("ce_" + name, extension);
            }
        }
        // An offset of its own, too: whoever goes by coordinates must not take two events for one.
        ConsumerRecord<byte @Nullable [], byte @Nullable []> record = Feeds.record(topic, NO_PARTITION,
                ByteBuffer.wrap(identity).getLong() & Long.MAX_VALUE, timestamp(event), bytes(event.getExtension("partitionkey")),
                value, headers);
        return new Arrival(record, "ce-" + Base64.getUrlEncoder().withoutPadding().encodeToString(identity));
    }

    private static long timestamp(CloudEvent event) {
        try {
            return event.getTime() == null ? ConsumerRecord.NO_TIMESTAMP : event.getTime().toInstant().toEpochMilli();
        } catch (ArithmeticException e) {
            throw new MalformedRequestException("The event's time is none that a record can have.");
        }
    }

    private static byte @Nullable [] bytes(@Nullable Object extension) {
        return extension == null ? null : extension instanceof byte[] raw ? raw : Arrival.utf8(extension.toString());
    }

    /** Of the two with a border between them, for both may hold any character and be longer than a document's id may be. */
    private static byte[] sha256(URI source, String id) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(source.toString().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            return digest.digest(id.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

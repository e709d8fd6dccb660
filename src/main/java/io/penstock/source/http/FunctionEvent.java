package io.penstock.source.http;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * The records with which a function platform invokes: Tencent's CKafka trigger ({@code Records}, in it {@code Ckafka}), or AWS
 * Lambda's event source mapping for MSK and self-managed Kafka ({@code records}, by topic and partition).
 *
 * @param ofLambda whether AWS Lambda sends it, which understands an answer record by record
 */
record FunctionEvent(boolean ofLambda, List<Arrival> arrivals) {

    private static final JsonMapper JSON = CloudEvents.sendersJson().build();
    /** What CKafka's trigger says when a record has no key. */
    private static final String NO_KEY = "None";

    /**
     * @throws MalformedRequestException    if it is neither
     * @throws BatchLimit.ExceededException if it holds too many
     */
    static FunctionEvent read(byte[] body, BatchLimit limit) {
        try {
            // Of both, each record's object lies in three others.
            limit.check(JSON, body, 3);
            var event = JSON.readTree(body);
            if (event.path("Records").isArray()) {
                return new FunctionEvent(false, ckafka(event.get("Records")));
            }
            if (event.path("records").isObject()) {
                return new FunctionEvent(true, lambda(event.get("records")));
            }
        } catch (JsonProcessingException e) {
            throw new MalformedRequestException("The body is not JSON (" + e.getClass().getSimpleName() + ").");
        } catch (IOException e) {
            throw new MalformedRequestException("The body can't be read.");
        }
        throw new MalformedRequestException("This is no event of Kafka records: there is neither an array Records with Ckafka "
                + "in each nor an object records by topic and partition.");
    }

    private static List<Arrival> ckafka(JsonNode records) {
        var arrivals = new ArrayList<Arrival>(records.size());
        for (var element : records) {
            var record = element.path("Ckafka");
            var where = "Records[" + arrivals.size() + "].Ckafka";
            // tencentcloud.com writes partition, cn.serverless.com Partition.
            var partition = record.has("partition") ? record.get("partition") : record.path("Partition");
            var key = text(record.path("msgKey"));
            arrivals.add(Arrival.ofKafka(topic(record, where), (int) number(partition, Integer.MAX_VALUE, where + ".partition"),
                    number(record.path("offset"), Long.MAX_VALUE, where + ".offset"), ConsumerRecord.NO_TIMESTAMP,
                    key == null || key.equals(NO_KEY) ? null : Arrival.utf8(key), utf8(text(record.path("msgBody"))),
                    new RecordHeaders()));
        }
        return arrivals;
    }

    private static List<Arrival> lambda(JsonNode byPartition) {
        var arrivals = new ArrayList<Arrival>();
        for (var partition : byPartition.properties()) {
            for (var record : partition.getValue()) {
                var where = "records." + partition.getKey();
                arrivals.add(Arrival.ofKafka(topic(record, where),
                        (int) number(record.path("partition"), Integer.MAX_VALUE, where + ".partition"),
                        number(record.path("offset"), Long.MAX_VALUE, where + ".offset"),
                        record.path("timestamp").asLong(ConsumerRecord.NO_TIMESTAMP), base64(record.path("key"), where + ".key"),
                        base64(record.path("value"), where + ".value"), headers(record.path("headers"), where + ".headers")));
            }
        }
        return arrivals;
    }

    private static String topic(JsonNode record, String where) {
        var topic = record.path("topic").asText("");
        if (topic.isEmpty()) {
            throw new MalformedRequestException(where + " has no topic.");
        }
        return topic;
    }

    private static long number(JsonNode node, long max, String where) {
        long number = node.isIntegralNumber() && node.canConvertToLong() ? node.longValue()
                : node.isTextual() && node.textValue().matches("\\d{1,18}") ? Long.parseLong(node.textValue()) : -1;
        if (number < 0 || number > max) {
            throw new MalformedRequestException(where + " is no number from 0 to " + max + ".");
        }
        return number;
    }

    private static @Nullable String text(JsonNode node) {
        return node.isMissingNode() || node.isNull() ? null : node.isTextual() ? node.textValue() : node.toString();
    }

    private static byte @Nullable [] utf8(@Nullable String text) {
        return text == null ? null : Arrival.utf8(text);
    }

    private static byte @Nullable [] base64(JsonNode node, String where) {
        var text = text(node);
        try {
            return text == null ? null : Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new MalformedRequestException(where + " is not base64.");
        }
    }

    /** Each header is an object of one name, its value an array of signed bytes. */
    private static Headers headers(JsonNode array, String where) {
        var headers = new RecordHeaders();
        for (var object : array) {
            for (var header : object.properties()) {
                if (header.getValue().isObject()) {
                    throw new MalformedRequestException(where + " has a value that is no array.");
                }
                var bytes = new byte[header.getValue().size()];
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = (byte) header.getValue().get(i).asInt();
                }
                headers.add(header.getKey(), bytes);
            }
        }
        return headers;
    }
}

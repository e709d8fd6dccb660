package io.penstock.source.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.Test;

class CloudEventsTest {

    private final CloudEvents events = new CloudEvents(Map.of("com.example.sold", "sales", "com.example.all", "everything"),
            new BatchLimit(2));

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, List<String>> headers(String... namesAndValues) {
        var headers = new LinkedHashMap<String, List<String>>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.put(namesAndValues[i], List.of(namesAndValues[i + 1]));
        }
        return headers;
    }

    private Arrival binary(String body, Optional<String> pathTopic, String... headers) {
        return events.read(headers(headers), bytes(body), pathTopic).getFirst();
    }

    private static String header(Headers headers, String name) {
        return new String(headers.lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    @Test
    void aKafkaSourcesEventIsTheRecordItWas() {
        var arrival = binary("{\"a\":1}", Optional.of("ignored"), "ce-specversion", "1.0", "ce-id", "partition:7/offset:9007199254740993",
                "ce-source", "/apis/v1/namespaces/shop/kafkasources/trades#my.trade-topic_1", "ce-type", "dev.knative.kafka.event",
                "ce-subject", "partition:7#9007199254740993", "ce-time", "2020-07-28T13:51:35.123Z", "ce-key", "k-1",
                "ce-partitionkey", "k-1", "ce-kafkaheadertradenumber", "17", "Content-Type", "application/json");

        var record = arrival.record();
        assertThat(arrival.documentId()).isEqualTo("my.trade-topic_1-7-9007199254740993");
        assertThat(record.topic()).isEqualTo("my.trade-topic_1");
        assertThat(record.partition()).isEqualTo(7);
        assertThat(record.offset()).isEqualTo(9007199254740993L);
        assertThat(record.timestamp()).isEqualTo(1595944295123L);
        assertThat(record.key()).isEqualTo(bytes("k-1"));
        assertThat(record.value()).isEqualTo(bytes("{\"a\":1}"));
        assertThat(header(record.headers(), "tradenumber")).isEqualTo("17");
        assertThat(header(record.headers(), "content-type")).isEqualTo("application/json");
        assertThat(record.headers().toArray()).hasSize(2);
    }

    @Test
    void withoutABodyItIsATombstone() {
        var arrival = binary("", Optional.empty(), "ce-specversion", "1.0", "ce-id", "partition:0/offset:0", "ce-source",
                "/apis/v1/namespaces/n/kafkasources/s#t", "ce-type", "dev.knative.kafka.event");
        assertThat(arrival.record().value()).isNull();
        assertThat(arrival.record().key()).isNull();
        assertThat(arrival.record().timestamp()).isEqualTo(-1);
    }

    @Test
    void anyOtherEventIsIdentifiedBySourceAndId() {
        assertThat(id("/a", "b")).isEqualTo(id("/a", "b"));
        assertThat(List.of(id("/a", "b"), id("/a", "B"), id("/b", "b"), id("/ab", "b"), id("/a", "bb"))).doesNotHaveDuplicates();
    }

    private String id(String source, String id) {
        return binary("{}", Optional.empty(), "ce-specversion", "1.0", "ce-id", id, "ce-source", source, "ce-type", "t").documentId();
    }

    @Test
    void itsTopicIsThePathsElseItsTypesElseItsTypeItself() {
        assertThat(topic(Optional.of("path"), "com.example.sold")).isEqualTo("path");
        assertThat(topic(Optional.empty(), "com.example.sold")).isEqualTo("sales");
        assertThat(topic(Optional.empty(), "com.example.other")).isEqualTo("com.example.other");
        assertThat(new CloudEvents(Map.of("*", "rest"), new BatchLimit(2)).read(headers("ce-specversion", "1.0", "ce-id", "1", "ce-source", "/s", "ce-type",
                "any"), bytes("{}"), Optional.empty()).getFirst().record().topic()).isEqualTo("rest");
    }

    private String topic(Optional<String> path, String type) {
        return binary("{}", path, "ce-specversion", "1.0", "ce-id", "1", "ce-source", "/s", "ce-type", type).record().topic();
    }

    @Test
    void itsAttributesAreHeadersAsInKafka() {
        var record = binary("{}", Optional.empty(), "ce-specversion", "1.0", "ce-id", "1", "ce-source", "/s", "ce-type", "t",
                "ce-partitionkey", "p", "content-type", "application/json").record();
        assertThat(header(record.headers(), "ce_id")).isEqualTo("1");
        assertThat(header(record.headers(), "ce_source")).isEqualTo("/s");
        assertThat(header(record.headers(), "ce_specversion")).isEqualTo("1.0");
        assertThat(header(record.headers(), "content-type")).isEqualTo("application/json");
        assertThat(record.key()).isEqualTo(bytes("p"));
        assertThat(record.offset()).isNotNegative();
    }

    @Test
    void aLongIdStillMakesALegalDocumentId() {
        var id = binary("{}", Optional.empty(), "ce-specversion", "1.0", "ce-id", "x".repeat(4000), "ce-source", "/s", "ce-type", "t")
                .documentId();
        assertThat(bytes(id).length).isLessThan(512);
        assertThat(id).matches("[\\w-]+");
    }

    @Test
    void structuredAndBatchedModesAreRead() {
        var event = "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"/s\",\"type\":\"t\",%s}";
        var structured = events.read(headers("Content-Type", "application/cloudevents+json; charset=UTF-8"),
                bytes(event.formatted("1", "\"data\":{\"a\":\"错误\"}")), Optional.empty());
        var batched = events.read(headers("content-type", "application/cloudevents-batch+json"),
                bytes("[" + event.formatted("1", "\"data_base64\":\"AAH/\"") + "," + event.formatted("2", "\"data\":\"text\"") + "]"),
                Optional.empty());

        assertThat(structured.getFirst().record().value()).isEqualTo(bytes("{\"a\":\"错误\"}"));
        assertThat(batched).hasSize(2);
        assertThat(batched.getFirst().record().value()).isEqualTo(new byte[] {0, 1, -1});
        assertThat(batched.getFirst().documentId()).isEqualTo(structured.getFirst().documentId());
        assertThat(events.read(headers("content-type", "application/cloudevents-batch+json"), bytes("[]"), Optional.empty())).isEmpty();
    }

    @Test
    void whatIsNoCloudEventIsRefused() {
        for (var headers : List.of(headers(), headers("ce-specversion", "7"), headers("ce-specversion", "1.0"),
                headers("ce-specversion", "1.0", "ce-id", "1", "ce-source", "not a uri", "ce-type", "t"),
                headers("Content-Type", "application/cloudevents+json"), headers("Content-Type", "application/cloudevents-batch+json"),
                headers("Content-Type", "application/cloudevents+xml"))) {
            assertThatThrownBy(() -> events.read(headers, bytes("{\"secret\":"), Optional.empty())).as(headers.toString())
                    .isInstanceOf(MalformedRequestException.class);
        }
    }

    /** As of a shipper that writes an event on each line. */
    @Test
    void whatStandsBehindTheEventOrTheBatchIsNotPassedOver() {
        var event = "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"}";
        for (var rest : List.of("\n" + event, "]", " x")) {
            assertThatThrownBy(() -> structured(event + rest)).as(rest).isInstanceOf(MalformedRequestException.class);
            assertThatThrownBy(() -> events.read(headers("content-type", "application/cloudevents-batch+json"), bytes("[" + event + "]" + rest),
                    Optional.empty())).as(rest).isInstanceOf(MalformedRequestException.class);
        }
        assertThat(structured(event + "\r\n").record().value()).isNull();
    }

    @Test
    void numbersStayAsTheyAre() {
        var numbers = "[12345678901234567.89,123456789012345678901234567890,1.10,1.0,0.1,-7]";
        var event = "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\",\"data\":%s}";
        assertThat(structured(event.formatted(numbers)).record().value()).asString(StandardCharsets.UTF_8).isEqualTo(numbers);
        assertThat(structured(event.formatted("[1e400,1e5]")).record().value()).asString(StandardCharsets.UTF_8).isEqualTo("[1E+400,1E+5]");
        assertThat(events.read(headers("content-type", "application/cloudevents-batch+json"), bytes("[" + event.formatted(numbers) + "]"),
                Optional.empty()).getFirst().record().value()).asString(StandardCharsets.UTF_8).isEqualTo(numbers);
        assertThatThrownBy(() -> structured(event.formatted("1e99999999999"))).isInstanceOf(MalformedRequestException.class);
    }

    @Test
    void aBatchOfMoreEventsThanTheLimitIsRefusedAsAWhole() {
        var event = "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"a\",\"type\":\"t\",\"data\":[{},{\"a\":{}}]},";
        var batch = headers("content-type", "application/cloudevents-batch+json");
        assertThat(events.read(batch, bytes("[" + event + event.substring(0, event.length() - 1) + "]"), Optional.empty()))
                .hasSize(2);
        assertThatThrownBy(() -> events.read(batch, bytes("[" + event.repeat(2) + event.substring(0, event.length() - 1) + "]"), Optional.empty()))
                .isInstanceOf(BatchLimit.ExceededException.class);
    }

    private Arrival structured(String event) {
        return events.read(headers("Content-Type", "application/cloudevents+json"), bytes(event), Optional.empty()).getFirst();
    }

    @Test
    void whatIsNothingOrOfNoTimeIsRefused() {
        assertThatThrownBy(() -> events.read(headers("Content-Type", "application/cloudevents+json"), bytes("null"), Optional.empty()))
                .isInstanceOf(MalformedRequestException.class);
        assertThatThrownBy(() -> events.read(headers("Content-Type", "application/cloudevents-batch+json"), bytes("[null]"),
                Optional.empty())).isInstanceOf(MalformedRequestException.class);
        for (var type : List.of("t", "dev.knative.kafka.event")) {
            assertThatThrownBy(() -> binary("{}", Optional.empty(), "ce-specversion", "1.0", "ce-id", "partition:0/offset:0", "ce-source",
                    "/s#t", "ce-type", type, "ce-time", "+292278995-01-01T00:00:00Z")).isInstanceOf(MalformedRequestException.class);
        }
    }
}

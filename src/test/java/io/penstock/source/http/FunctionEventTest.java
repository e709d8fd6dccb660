package io.penstock.source.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;

class FunctionEventTest {

    private static FunctionEvent read(String json) {
        return FunctionEvent.read(json.getBytes(StandardCharsets.UTF_8), new BatchLimit(2));
    }

    @Test
    void ckafkaIsReadInBothSpellingsAndNoneIsNoKey() {
        var event = read("""
                {"Records":[
                  {"Ckafka":{"topic":"t","partition":1,"offset":36,"msgKey":"None","msgBody":"Hello from Ckafka!"}},
                  {"Ckafka":{"topic":"t","Partition":2,"offset":"37","msgKey":"key","msgBody":"错误"}}]}""");

        assertThat(event.ofLambda()).isFalse();
        assertThat(event.arrivals()).extracting(Arrival::documentId).containsExactly("t-1-36", "t-2-37");
        assertThat(event.arrivals().getFirst().record().key()).isNull();
        assertThat(event.arrivals().getLast().record().key()).isEqualTo("key".getBytes(StandardCharsets.UTF_8));
        assertThat(event.arrivals().getLast().record().value()).isEqualTo("错误".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void lambdaIsReadWithItsHeadersAndBytes() {
        var event = read("""
                {"eventSource":"aws:kafka","records":{"mytopic-0":[{"topic":"mytopic","partition":0,"offset":15,
                 "timestamp":1545084650987,"timestampType":"CREATE_TIME","key":"AAH/","value":"eyJhIjoxfQ==",
                 "headers":[{"headerKey":[104,-1]}]},
                 {"topic":"mytopic","partition":0,"offset":16,"timestamp":1545084650987,"value":null}]}}""");

        assertThat(event.ofLambda()).isTrue();
        assertThat(event.arrivals()).extracting(Arrival::documentId).containsExactly("mytopic-0-15", "mytopic-0-16");
        var record = event.arrivals().getFirst().record();
        assertThat(record.key()).isEqualTo(new byte[] {0, 1, -1});
        assertThat(new String(record.value(), StandardCharsets.UTF_8)).isEqualTo("{\"a\":1}");
        assertThat(record.timestamp()).isEqualTo(1545084650987L);
        assertThat(record.headers().lastHeader("headerKey").value()).isEqualTo(new byte[] {104, -1});
        assertThat(event.arrivals().getLast().record().value()).isNull();
    }

    @Test
    void whatStandsBehindTheEventIsNotPassedOver() {
        var event = "{\"Records\":[{\"Ckafka\":{\"topic\":\"t\",\"partition\":1,\"offset\":36}}]}";
        assertThat(read(event + "\n").arrivals()).hasSize(1);
        assertThatThrownBy(() -> read(event + event)).isInstanceOf(MalformedRequestException.class);
    }

    @Test
    void numbersOfABodyThatIsNoTextStayAsTheyAre() {
        var body = "{\"a\":12345678901234567.89,\"b\":1.10}";
        assertThat(read("{\"Records\":[{\"Ckafka\":{\"topic\":\"t\",\"partition\":1,\"offset\":36,\"msgBody\":" + body + "}}]}").arrivals()
                .getFirst().record().value()).asString(StandardCharsets.UTF_8).isEqualTo(body);
    }

    @Test
    void asManyRecordsAsTheLimitAreReadAndNoMore() {
        var ckafka = "{\"Ckafka\":{\"topic\":\"t\",\"partition\":1,\"offset\":1,\"msgBody\":{\"a\":{},\"b\":{}}}},";
        var lambda = "\"t-%1$d\":[{\"topic\":\"t\",\"partition\":%1$d,\"offset\":1,\"headers\":[{\"a\":[1]},{\"b\":[1]}]}],";
        assertThat(read(records("{\"Records\":[", ckafka.repeat(2), "]}")).arrivals()).hasSize(2);
        assertThatThrownBy(() -> read(records("{\"Records\":[", ckafka.repeat(3), "]}"))).isInstanceOf(BatchLimit.ExceededException.class);
        assertThat(read(records("{\"records\":{", lambda.formatted(1) + lambda.formatted(2), "}}")).arrivals()).hasSize(2);
        assertThatThrownBy(() -> read(records("{\"records\":{", lambda.formatted(1) + lambda.formatted(2) + lambda.formatted(3), "}}")))
                .isInstanceOf(BatchLimit.ExceededException.class).hasMessageContaining("penstock.in-flight.records");
    }

    private static String records(String before, String records, String after) {
        return before + records.substring(0, records.length() - 1) + after;
    }

    @Test
    void whatIsNeitherIsRefusedAsAWhole() {
        for (var json : List.of("", "nonsense", "[]", "{}", "{\"Records\":[{}]}", "{\"Records\":[{\"Ckafka\":{\"topic\":\"t\"}}]}",
                "{\"Records\":[{\"Ckafka\":{\"topic\":\"t\",\"partition\":-1,\"offset\":1}}]}",
                "{\"Records\":[{\"Ckafka\":{\"topic\":\"t\",\"partition\":1,\"offset\":1.5}}]}",
                "{\"records\":{\"t-0\":[{\"topic\":\"t\",\"partition\":0,\"offset\":1,\"value\":\"***\"}]}}",
                "{\"records\":{\"t-0\":[{\"topic\":\"t\",\"partition\":0,\"offset\":1,\"headers\":[{\"h\":{\"no\":\"array\"}}]}]}}")) {
            assertThatThrownBy(() -> read(json)).as(json).isInstanceOf(MalformedRequestException.class);
        }
    }
}

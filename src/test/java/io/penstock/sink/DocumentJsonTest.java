package io.penstock.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentJsonTest {

    private final Exchange exchange = new DefaultExchange(new DefaultCamelContext());

    private String json(Object body) {
        return new String(DocumentJson.bytes(body, exchange), StandardCharsets.UTF_8);
    }

    @Test
    void mapsNodesAndObjectsAreWritten() {
        assertThat(json(Map.of("m", "错误"))).isEqualTo("{\"m\":\"错误\"}");
        assertThat(json(JsonNodeFactory.instance.objectNode().put("n", 1))).isEqualTo("{\"n\":1}");
        assertThat(json(new Point(1, Instant.EPOCH))).isEqualTo("{\"x\":1,\"at\":\"1970-01-01T00:00:00Z\"}");
    }

    record Point(int x, Instant at) {
    }

    @Test
    void halfACharacterIsWrittenEscaped() {
        assertThat(json(Map.of("s", "\ud83d"))).isEqualToIgnoringCase("{\"s\":\"\\ud83d\"}");
    }

    @Test
    void jsonWithoutLineBreakIsTakenAsItIs() {
        var bytes = "{ \"n\": 1.10 }".getBytes(StandardCharsets.UTF_8);
        assertThat(DocumentJson.bytes(bytes, exchange)).isSameAs(bytes);
    }

    @Test
    void lineBreaksAreTakenOutAndNumbersKeptToTheDigit() {
        var text = "{\r\n \"n\": 1.10,\n \"big\": 123456789012345678901234567890.123456789,\n \"e\":[1E400,{\"s\":\"a\\nb\"}],\"t\":null}\n";
        var expected = "{\"n\":1.10,\"big\":123456789012345678901234567890.123456789,\"e\":[1E400,{\"s\":\"a\\nb\"}],\"t\":null}";
        assertThat(json(text)).isEqualTo(expected);
        assertThat(json(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))).isEqualTo(expected);
        assertThat(json(text.getBytes(StandardCharsets.UTF_16LE))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "[1]", "12", "\"s\"", "{\"a\":1", "{\"a\":1}\n{\"b\":2}", "{\"a\":1} x", "{\"a\"\n", "no" })
    void textThatIsNoObjectIsRefused(String text) {
        assertThatThrownBy(() -> json(text)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("body");
    }

    @Test
    void otherThingsThatAreNoObjectAreRefused() {
        assertThatThrownBy(() -> json(null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> json(3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> json(JsonNodeFactory.instance.arrayNode())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> json(Thread.State.NEW)).isInstanceOf(IllegalArgumentException.class);
    }
}

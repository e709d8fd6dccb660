package io.penstock.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;

import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.penstock.json.DocumentFields;

class DocumentJsonTest {

    private final DocumentJson documents = new DocumentJson();
    private final Exchange exchange = new DefaultExchange(new DefaultCamelContext());

    private String json(Object body) {
        return new String(documents.bytes(body, exchange), StandardCharsets.UTF_8);
    }

    @Test
    void mapsNodesAndObjectsAreWritten() {
        assertThat(json(Map.of("m", "错误"))).isEqualTo("{\"m\":\"错误\"}");
        assertThat(json(JsonNodeFactory.instance.objectNode().put("n", 1))).isEqualTo("{\"n\":1}");
        assertThat(json(new Point(1, Instant.EPOCH))).isEqualTo("{\"x\":1,\"at\":\"1970-01-01T00:00:00Z\"}");
    }

    /** What conversions make is written by a way of its own. */
    @Test
    void aMapIsWrittenAsJacksonWritesIt() throws Exception {
        var inner = new LinkedHashMap<Object, Object>(Map.of(1, "key is no text"));
        var document = new LinkedHashMap<String, Object>();
        var values = Arrays.asList("text", "\"\\\n\u0000 错误 😀 \ud83d", 1, -5L, 1.5, 1e300, 0.1f, true, null, new BigDecimal("1.10"),
                BigInteger.TEN.pow(30), List.of(1, Map.of("a", 1)), new ArrayList<>(List.of(1.5, "text", new ArrayList<>())), inner,
                new LinkedHashMap<>(Map.of("n", 1)), new int[] { 1 }, new byte[] { 1 },
                new Point(1, Instant.EPOCH), new TreeMap<>(Map.of("t", Instant.EPOCH)), Thread.State.NEW);
        for (int i = 0; i < values.size(); i++) {
            document.put("field " + i, values.get(i));
        }
        var jacksons = new ObjectMapper().registerModule(new JavaTimeModule()).disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
        assertThat(documents.bytes(document, exchange)).isEqualTo(jacksons.writeValueAsBytes(document));
    }

    /** Characters of names, those of two halves and half ones, are encoded by another way than in any other map. */
    @Test
    void aConversionsDocumentIsWrittenAsAnyMap() throws Exception {
        var jacksons = new ObjectMapper();
        for (var odd : List.of("plain", "\"\\\n\u0000\u007f 错误é\uffff", "😀", "\ud83d", "n".repeat(20_000), "错".repeat(9_000))) {
            var fields = new DocumentFields(List.of("first", "absent", odd, "inner"));
            var values = new Object[] { 1, null, List.of(1.5), fields.document(new Object[] { null, null, "错误 😀 \ud83d", null }) };
            var plain = new LinkedHashMap<String, Object>();
            plain.put("first", 1);
            plain.put(odd, List.of(1.5));
            plain.put("inner", new LinkedHashMap<>(Map.of(odd, "错误 😀 \ud83d")));
            var outer = new DocumentFields(List.of("outer")).document(new Object[] { fields.document(values) });
            assertThat(documents.bytes(fields.document(values), exchange)).isEqualTo(jacksons.writeValueAsBytes(plain));
            assertThat(documents.bytes(outer, exchange)).isEqualTo(jacksons.writeValueAsBytes(Map.of("outer", plain)));
        }
        assertThat(json(new DocumentFields(List.of("absent")).document(new Object[1]))).isEqualTo("{}");
    }

    @Test
    void whatALaterStepPutsIntoAConversionsDocumentIsStored() {
        var inner = new DocumentFields(List.of("a", "b", "c")).document(new Object[] { 1, null, 3 });
        var document = new DocumentFields(List.of("msgBody")).document(new Object[] { inner });
        assertThat(json(document)).isEqualTo("{\"msgBody\":{\"a\":1,\"c\":3}}");
        inner.put("a", 2);
        assertThat(json(document)).isEqualTo("{\"msgBody\":{\"a\":2,\"c\":3}}");
        inner.keySet().remove("c");
        inner.put("b", null);
        document.put("at", "now");
        assertThat(json(document)).isEqualTo("{\"msgBody\":{\"a\":2,\"b\":null},\"at\":\"now\"}");
        document.clear();
        assertThat(json(document)).isEqualTo("{}");
    }

    @Test
    void aMapThatCannotBeWrittenIsRefused() {
        var withoutName = new LinkedHashMap<String, Object>();
        withoutName.put(null, 1);
        var endless = new LinkedHashMap<String, Object>();
        endless.put("again", endless);
        var late = new DocumentFields(List.of("again")).document(new Object[] { 1 });
        late.put("again", late);
        for (var map : List.of(withoutName, endless, new LinkedHashMap<>(Map.of("no JSON", new Object())), late,
                new DocumentFields(List.of("no JSON")).document(new Object[] { new Object() }))) {
            assertThatThrownBy(() -> json(map)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("can't be written");
            assertThat(json(new LinkedHashMap<>(Map.of("next", 1)))).isEqualTo("{\"next\":1}");
        }
    }

    /** JSON has no such numbers, and a text in its place may become the index's mapping. */
    @Test
    void aNumberThatIsNoneInJsonIsRefused() {
        for (var number : List.<Number>of(Double.NaN, Double.POSITIVE_INFINITY, Float.NaN)) {
            for (var value : List.of(number, List.of(number), new ArrayList<>(List.of(number)), new LinkedHashMap<>(Map.of("n", number)),
                    new TreeMap<>(Map.of("n", number)), new double[] { 1, number.doubleValue() }, new float[] { number.floatValue() },
                    JsonNodeFactory.instance.objectNode().put("n", number.doubleValue()))) {
                assertThatThrownBy(() -> json(new LinkedHashMap<>(Map.of("n", value)))).isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("number");
                assertThatThrownBy(() -> json(new DocumentFields(List.of("n")).document(new Object[] { value })))
                        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("number");
                assertThatThrownBy(() -> json(new TreeMap<>(Map.of("n", value)))).isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("number");
            }
        }
    }

    @Test
    void aNodeWithSuchANumberIsRefused() {
        assertThatThrownBy(() -> json(JsonNodeFactory.instance.objectNode().put("n", Double.POSITIVE_INFINITY)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("number");
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
        assertThat(documents.bytes(bytes, exchange)).isSameAs(bytes);
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

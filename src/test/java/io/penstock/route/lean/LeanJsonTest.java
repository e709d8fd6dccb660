package io.penstock.route.lean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.StringJoiner;
import java.util.UUID;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeanJsonTest {

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final LeanJson json = new LeanJson();

    @BeforeEach
    void start() {
        json.setCamelContext(context);
        json.start();
    }

    @AfterEach
    void stop() throws Exception {
        json.stop();
        context.close();
    }

    private Map<?, ?> read(String text) throws Exception {
        return (Map<?, ?>) json.unmarshal(new DefaultExchange(context), (Object) text.getBytes(StandardCharsets.UTF_8));
    }

    /** A native executable never lets go of an interned text. */
    @Test
    void namesOfRecordsAreNotInterned() throws Exception {
        for (var object : new String[] {"{\"%s\":1}", "{\"%s\":1,\"名\":1}"}) {
            var name = (String) read(object.formatted("n" + UUID.randomUUID())).keySet().iterator().next();
            assertThat(new String(name.toCharArray()).intern()).isNotSameAs(name);
        }
    }

    @Test
    void recordsOfAnySizeFollowEachOther() throws Exception {
        for (int count : new int[] {9, 200, 0, 0, 1, 100, 13, 64, 65}) {
            var text = new StringJoiner(",", "{", "}");
            for (int i = 0; i < count; i++) {
                text.add("\"n" + i + "\":" + i);
            }
            for (int round = 0; round < 70; round++) {
                var record = read(text.toString());
                assertThat(record).isInstanceOf(JsonRecord.class);
                for (int i = 0; i < count; i++) {
                    assertThat(record.get("n" + i)).isEqualTo(i);
                }
                assertThat(record.get("n" + count)).isNull();
                assertThat(record).hasSize(count);
            }
        }
    }

    @Test
    void whatStandsBehindTheValueIsAnError() throws Exception {
        for (var first : new String[] {"{\"a\":1}", "{\"名\":1}"}) {
            assertThat(read(first + " \r\n\t")).hasSize(1);
            for (var behind : new String[] {"{\"b\":2}", "\n{\"b\":2}", "}", "x", "\u0000"}) {
                assertThatThrownBy(() -> read(first + behind)).isInstanceOfAny(MismatchedInputException.class,
                        JsonParseException.class);
            }
        }
    }

    @Test
    void theRouteMayWantItPassedOver() throws Exception {
        json.stop();
        json.setObjectMapper(null);
        json.setDisableFeatures("FAIL_ON_TRAILING_TOKENS");
        json.start();

        assertThat(read("{\"a\":1} x")).hasSize(1);
    }

    @Test
    void aTextMayBeAsLongAsTheRouteSays() throws Exception {
        json.stop();
        json.setObjectMapper(null);
        json.setMaxStringLength(5);
        json.start();

        assertThat(read("{\"a\":\"12345\"}")).hasSize(1);
        assertThatThrownBy(() -> read("{\"a\":\"1234567890\"}")).isInstanceOf(StreamConstraintsException.class);
    }
}

package io.penstock.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BulkAnswerTest {

    private static final String MIXED = """
            {"took":7,"errors":true,"items":[{"index":{"status":201}},
             {"create":{"error":{"type":"t","reason":"错误 \\"x\\""},"status":400}}]}
            """;

    private static BulkAnswer read(String json, int expected) throws IOException {
        return BulkAnswer.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), expected);
    }

    @Test
    void statusesComeInOrderWithTypeAndReason() throws IOException {
        assertThat(read(MIXED, 2).items()).containsExactly(new BulkAnswer.Item(201, "", ""),
                new BulkAnswer.Item(400, "t", "错误 \"x\""));
    }

    @ParameterizedTest
    @EnumSource(BulkAction.class)
    void whatIsReadByComparingIsWhatIsParsed(BulkAction action) throws IOException {
        for (int items : new int[] { 1, 2, 3, 1000 }) {
            var json = IntStream.range(0, items).mapToObj(n -> "{\"" + action.word() + "\":{\"status\":" + (n % 3 == 1 ? 200 : 201) + "}}")
                    .collect(Collectors.joining(",", "{\"items\":[", "]}"));
            assertThat(read(json, items)).isEqualTo(BulkAnswer.parse(in(json.getBytes(StandardCharsets.UTF_8)), items));
            assertThat(read(json, items).items()).hasSize(items).startsWith(new BulkAnswer.Item(201, "", ""));
            for (int others : new int[] { 0, items - 1, items + 1, 2 * items }) {
                assertThatThrownBy(() -> read(json, others)).isInstanceOf(IOException.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(BulkAction.class)
    void anAnswerWithOneOtherByteOrMoreOfThemIsReadAsItIsParsed(BulkAction action) {
        var item = "{\"" + action.word() + "\":{\"status\":201}}";
        var json = ("{\"items\":[" + item + ',' + item + "]}").getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at <= json.length; at++) {
            for (int b = 0; b < 256; b++) {
                var longer = Arrays.copyOf(json, json.length + 1);
                System.arraycopy(json, at, longer, at + 1, json.length - at);
                longer[at] = (byte) b;
                assertThat(result(longer, BulkAnswer::read)).as(() -> new String(longer, StandardCharsets.ISO_8859_1))
                        .isEqualTo(result(longer, BulkAnswer::parse));
                var changed = Arrays.copyOf(json, json.length);
                changed[Math.min(at, json.length - 1)] = (byte) b;
                assertThat(result(changed, BulkAnswer::read)).as(() -> new String(changed, StandardCharsets.ISO_8859_1))
                        .isEqualTo(result(changed, BulkAnswer::parse));
            }
        }
    }

    private interface Reader {
        BulkAnswer read(InputStream in, int expected) throws IOException;
    }

    /** In pieces, as it comes over the network; what is wrong with it does not matter. */
    private static String result(byte[] json, Reader reader) {
        try {
            var pieces = new SequenceInputStream(in(Arrays.copyOf(json, 7)), in(Arrays.copyOfRange(json, 7, json.length)));
            return reader.read(pieces, 2).toString();
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static InputStream in(byte[] json) {
        return new ByteArrayInputStream(json);
    }

    @Test
    void orderOfFieldsAndUnknownFieldsDoNotMatter() throws IOException {
        var json = """
                {"items":[{"index":{"_id":"a","error":{"caused_by":{"type":"deep","reason":"deep"},"reason":"r",
                 "root_cause":[{"type":"x"}],"type":"t"},"_shards":{"total":1},"status":404}}],"x":{"items":[1]},"errors":true}
                """;
        assertThat(read(json, 1).items()).containsExactly(new BulkAnswer.Item(404, "t", "r"));
    }

    @Test
    void answerCutAnywhereIsUnknown() {
        var whole = MIXED.strip().getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length < whole.length; length++) {
            var cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> BulkAnswer.read(new ByteArrayInputStream(cut), 2)).as("cut at %d", length)
                    .isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "<html>502</html>", "[]", "{}", "null", "{\"items\":{}}", "{\"items\":[]}", "{\"items\":[1,2]}",
            "{\"items\":[{\"index\":{}},{\"index\":{\"status\":200}}]}", "{\"items\":[{\"index\":{\"status\":200}}]}",
            "{\"items\":[{\"index\":{\"status\":200}},{\"index\":{\"status\":200}},{\"index\":{\"status\":200}}]}",
            "{\"items\":[{\"index\":{\"status\":\"ok\"}},{\"index\":{\"status\":200}}]}",
            "{\"items\":[{\"index\":{\"status\":200}},{\"index\":{\"status\":200}}]}{" })
    void anythingElseIsUnknown(String json) {
        assertThatThrownBy(() -> read(json, 2)).isInstanceOf(IOException.class);
    }
}

package io.penstock.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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

package io.penstock.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/** Whatever stands between us and Elasticsearch may answer: either it is about all items, or it is no answer. */
class BulkAnswerFuzzTest {

    @FuzzTest(maxDuration = "5m")
    void anAnswerIsAboutAllItemsOrIsNone(FuzzedDataProvider data) {
        int expected = data.consumeInt(0, 20);
        try {
            var answer = BulkAnswer.read(new ByteArrayInputStream(data.consumeRemainingAsBytes()), expected);
            assertThat(answer.items()).hasSize(expected).allMatch(item -> item.status() != 0);
        } catch (IOException _) {
            // It says so
        }
    }
}

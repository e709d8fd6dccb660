package io.penstock.route.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.route.yaml.YamlFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CaseFileTest {

    @TempDir
    Path folder;

    @Test
    void aRecordHasEverythingItsFileSays() {
        var record = read("""
                - name: one
                  records:
                    - { value: { a: 1.50, b: [x, null] }, key: k, headers: { h: v }, timestamp: 2020-07-28T13:51:35Z,
                        topic: t, partition: 3, offset: 9 }
                """).getFirst().records().getFirst();

        assertThat(record).extracting(TestRecord::topic, TestRecord::partition, TestRecord::offset, TestRecord::timestamp,
                TestRecord::key).containsExactly("t", 3, 9L, 1595944295000L, "k");
        assertThat(new String(record.value(), StandardCharsets.UTF_8)).isEqualTo("{\"a\":1.50,\"b\":[\"x\",null]}");
        assertThat(record.headers()).containsEntry("h", "v");
    }

    @Test
    void offsetsCountAndAFileOfLinesIsARecordEach() throws IOException {
        Files.writeString(folder.resolve("r.ndjson"), "{\"a\":1}\n\n{\"a\":2}\n");

        assertThat(read("- name: one\n  records:\n    - value: text\n    - file: r.ndjson\n    - value: null\n").getFirst()
                .records()).extracting(TestRecord::offset).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void aRecordOfAFileIsItsBytes() throws IOException {
        Files.write(folder.resolve("junk.bin"), new byte[] {(byte) 0xff, 0});

        assertThat(read("- name: one\n  records:\n    - file: junk.bin\n").getFirst().records().getFirst().value())
                .containsExactly(0xff, 0);
    }

    @Test
    void aTestFileThatIsNoTextIsNamed() throws IOException {
        Files.write(folder.resolve("a.test.yaml"), new byte[] {(byte) 0xff});

        assertThatIllegalArgumentException().isThrownBy(() -> TestSource.in(folder)).withMessageContainingAll("a.test.yaml", "UTF-8");
    }

    @Test
    void whatIsWrongIsSaidWithItsPlace() {
        assertThatExceptionOfType(YamlFault.class).isThrownBy(() -> read("- name: one\n  record:\n    - vlaue: x\n"))
                .withMessageContaining("a record has no vlaue").satisfies(f -> assertThat(f.line()).isEqualTo(3));
        assertThatExceptionOfType(YamlFault.class)
                .isThrownBy(() -> read("- name: one\n  records: [{ value: x }]\n  expect: [{ dropped: true, document: {} }]\n"));
    }

    @Test
    void numbersAreComparedByWorthAndMoreFieldsOnlyCountWhenExact() throws IOException {
        assertThat(same("{\"a\":1.50,\"b\":5}", "{\"b\":5,\"a\":1.5}", true)).isTrue();
        assertThat(same("{\"a\":1}", "{\"a\":1.0}", true)).isFalse();
        assertThat(same("{\"a\":{\"b\":1}}", "{\"a\":{\"b\":1,\"c\":2},\"d\":3}", false)).isTrue();
        assertThat(same("{\"a\":1}", "{\"a\":1,\"d\":3}", true)).isFalse();
    }

    @Test
    void updateReplacesOnlyTheExpectationsOfFailedCases() throws IOException {
        var text = """
                # head
                - name: one
                  records: [{ value: x }]
                  expect:
                    - dropped: true

                # between
                - name: two
                  expect: [{ dropped: true }]
                  records: [{ value: x }]
                - name: three
                  records: [{ value: x }]
                """;
        var actual = List.<Actual>of(new Actual.Document("t-0@0", new ObjectMapper().readTree("{\"a\":[1,\"x: y\"]}"),
                Map.of("index", "i", "id", "t-0-0", "action", "index")), new Actual.Deleted("t-0@2",
                        Map.of("index", "i", "id", "k", "action", "delete", "version", "2")), new Actual.Letter("t-0@1", "s", "bad [x]", "E"));

        var updated = Update.of(text, failed(text, actual)).orElseThrow();

        assertThat(updated).startsWith("# head\n- name: one\n  records: [{ value: x }]\n  expect:\n    - document:")
                .contains("\n\n# between\n- name: two\n  expect:\n").contains("  records: [{ value: x }]\n- name: three");
        var again = read(updated);
        assertThat(again).hasSize(3).allSatisfy(c -> assertThat(Comparison.of(c.expected().orElseThrow(), actual)).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "- { name: a, records: [{ value: x }], expect: [{ dropped: true }] }\n",
            "- { name: a, records: [{ value: x }], }\n",
            "[{ name: é😀, expect: [], records: [{ value: x }] }, { name: b, records: [{ value: y }] }]",
            "- expect: [{ dropped: true }]\n  name: a\n  records: [{ value: x }]\n",
            "-   name: a\n    records: [{ value: x }]\n",
            "  -\n    name: a\n    records: [{ value: x }]",
            "- &a\n  records: [{ value: x }]\n  expect:\n  name: a\n- { name: b, records: [{ value: x }] } # last"})
    void updateKeepsCasesHoweverTheyAreWritten(String text) throws IOException {
        var actual = List.<Actual>of(new Actual.Document("t-0@0", new ObjectMapper().readTree("{\"a\":[1,\"x: {y}\"],\"b\":\"1\\n2\"}"),
                Map.of("index", "i")));
        var results = failed(text, actual);

        var updated = read(Update.of(text, results).orElseThrow());

        assertThat(updated).extracting(RouteCase::name).containsExactlyElementsOf(results.stream().map(r -> r.routeCase().name()).toList());
        assertThat(updated).allSatisfy(c -> {
            assertThat(c.records()).hasSize(1);
            assertThat(Comparison.of(c.expected().orElseThrow(), actual)).isEmpty();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "- { name: a, records: [{ value: x }], expect: &e [{ dropped: true }] }\n- { name: b, records: [{ value: x }], expect: *e }\n",
            "- name: a\n  records:\n    - value: |\n        # text\n"})
    void updateLeavesAFileThatItWouldSpoil(String text) {
        assertThat(Update.of(text, failed(text, List.of(new Actual.Dropped("t-0@0"))).subList(0, 1))).isEmpty();
    }

    @Test
    void aDeletionIsHeldToWhatIsSaidOfIt() {
        var expected = read("- { name: a, records: [{ value: null }], expect: { delete: true, id: k, version: 3 } }")
                .getFirst().expected().orElseThrow();

        assertThat(Comparison.of(expected, List.of(new Actual.Deleted("t-0@0", Map.of("id", "k", "version", "3"))))).isEmpty();
        assertThat(Comparison.of(expected, List.of(new Actual.Deleted("t-0@0", Map.of("id", "k", "version", "2")))))
                .contains("- version: 3", "+ version: 2");
        assertThat(Comparison.of(expected, List.of(new Actual.Dropped("t-0@0")))).first().asString().contains("a deletion");
    }

    private List<CaseResult> failed(String text, List<Actual> actual) {
        return read(text).stream().map(c -> new CaseResult(c, Duration.ZERO, List.of("differs"), actual)).toList();
    }

    private List<RouteCase> read(String text) {
        return new CaseFile(folder, name -> name).read(text);
    }

    private static boolean same(String expected, String actual, boolean exact) throws IOException {
        return Json.same(Json.read(expected.getBytes(StandardCharsets.UTF_8)), Json.read(actual.getBytes(StandardCharsets.UTF_8)),
                exact);
    }
}

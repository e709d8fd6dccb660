package io.penstock.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What routes that come from Logstash and Kafka Connect need: headers, grok, dates in text, one level of names. */
class MigrationRulesTest {

    private static final String LINE = "10.0.0.7 - jane [28/Jul/2020:15:51:35 +0200] \"GET /a?b=c HTTP/1.1\" 404 -";

    private static FieldConversion conversion(String fields) {
        var conversion = new FieldConversion();
        conversion.setFields(fields);
        return conversion;
    }

    private static void assertFails(FieldConversion conversion, Map<String, Object> headers, Object v, String message) {
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> conversion.convert(Map.of("v", v), headers)).withMessage(message);
    }

    @Test
    void aHeaderIsAValueLikeAFieldAndItsBytesAreText() {
        var conversion = conversion("""
                offset: { header: kafka.OFFSET, type: long }
                key:    { header: kafka.KEY, uppercase: true }
                tenant: { header: path, match: '^/(\\w+)' }
                none:   { header: absent, optional: true }
                """);

        assertThat(conversion.convert(Map.of("v", 1), Map.of("kafka.OFFSET", 7L,
                "kafka.KEY", "错a".getBytes(StandardCharsets.UTF_8), "path", "/acme/x")))
                .isEqualTo(Map.of("offset", 7L, "key", "错A", "tenant", "acme"));
    }

    @Test
    void aHeaderThatIsMissingOrNoTextFailsTheRecord() {
        var conversion = conversion("f: { header: h }");

        assertFails(conversion, Map.of(), 1, "field f: header h is missing, and the field is neither optional nor has a default");
        assertFails(conversion, Map.of("h", new byte[] {(byte) 0xff}), 1, "header h is not text in UTF-8");
    }

    @Test
    void grokTakesNamedPartsOfText() {
        var conversion = conversion("""
                clientip, auth, verb, request: { from: v, grok: '%{COMMONAPACHELOG}' }
                status: { from: v, grok: '%{COMMONAPACHELOG}', group: response, type: integer }
                bytes:  { from: v, grok: '%{COMMONAPACHELOG}', type: long, optional: true }
                """);

        assertThat(conversion.convert(Map.of("v", LINE))).isEqualTo(Map.of("clientip", "10.0.0.7", "auth", "jane",
                "verb", "GET", "request", "/a?b=c", "status", 404));
    }

    @Test
    void aNameInSeveralBranchesIsTheOneThatTookPart() {
        var conversion = conversion("who: { from: v, grok: '^(?:ip=%{IP:who}|host=%{HOSTNAME:who})$' }");

        assertThat(conversion.convert(Map.of("v", "ip=10.0.0.7"))).isEqualTo(Map.of("who", "10.0.0.7"));
        assertThat(conversion.convert(Map.of("v", "host=a.b"))).isEqualTo(Map.of("who", "a.b"));
    }

    @Test
    void textThatGrokDoesNotFitFailsTheRecord() {
        assertFails(conversion("verb: { from: v, grok: '%{COMMONAPACHELOG}' }"), Map.of(), "no such line",
                "field verb: grok wants text of the pattern's shape in v, found text of another shape");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
            "date: 'dd/MMM/yyyy:HH:mm:ss Z'                       | 28/Jul/2020:15:51:35 +0200   | 2020-07-28T13:51:35Z",
            "date: 'dd/MMM/yyyy:HH:mm:ss Z', zone: Asia/Shanghai  | 28/JUL/2020:15:51:35 +0200   | 2020-07-28T21:51:35+08:00",
            "date: 'yyyy-MM-dd HH:mm:ss', zone: Asia/Shanghai     | 2020-07-28 21:51:35          | 2020-07-28T21:51:35+08:00",
            "date: 'uuuu-MM-dd'                                   | 2020-07-28                   | 2020-07-28T00:00:00Z",
            "date: 'yyyy-MM-dd hh:mm a'                           | 2020-07-28 01:05 pm          | 2020-07-28T13:05:00Z",
            "date: iso                                            | 2020-07-28T13:51:35.5+02:00  | 2020-07-28T11:51:35.5Z",
            "date: iso, zone: '+02:00'                            | 2020-07-28T13:51:35          | 2020-07-28T13:51:35+02:00",
            "date: iso, format: yyyy.MM.dd                        | 2020-07-28T23:59:59-01:00    | 2020.07.29"})
    void aDateInTextIsShownInAnotherShape(String options, String text, String shown) {
        assertThat(conversion("f: { from: v, " + options + " }").convert(Map.of("v", text))).isEqualTo(Map.of("f", shown));
    }

    @ParameterizedTest
    @CsvSource({"dd/MMM/yyyy, 31/Feb/2020", "dd/MMM/yyyy, 01/Jux/2020", "dd/MMM/yyyy, 01/Jul/2020 1", "yyyy-MM-dd HH:mm, 2020-07-28 24:01",
            "iso, 2020-07-28", "iso, ''"})
    void textThatIsNoSuchDateFailsTheRecord(String shape, String text) {
        assertFails(conversion("f: { from: v, date: '" + shape + "' }"), Map.of(), text,
                "field f: date wants a time of the shape " + shape + ", found text of another shape");
    }

    @Test
    void aDateWantsText() {
        assertFails(conversion("f: { from: v, date: iso }"), Map.of(), 5, "field f: date wants text, found a number");
    }

    @Test
    void flattenMakesOneLevelAndLeavesLists() {
        var conversion = conversion("a.b.c: { from: v }\na.d: { constant: [ { e: 1 } ] }\nf: { constant: {} }");
        conversion.setFlatten("_");
        conversion.setDrop("v");
        conversion.setInto("doc");

        assertThat(conversion.convert(Map.of("v", 1, "x", Map.of("y", 2)))).isEqualTo(Map.of("doc",
                Map.of("a_b_c", 1, "a_d", List.of(Map.of("e", 1)), "f", Map.of(), "x_y", 2)));
    }

    @Test
    void flattenNeverOverwritesAField() {
        var conversion = conversion("a.b: { from: v }\na_b: { from: v }");
        conversion.setFlatten("_");

        assertFails(conversion, Map.of(), 1, "flatten makes one name of two fields; choose another separator than _");
        assertThatIllegalArgumentException().isThrownBy(() -> conversion.setFlatten("")).withMessageContaining("flatten: it needs");
    }

    /** A record of 60 kB would make 100 MB. */
    @Test
    void flattenIsBounded() {
        var conversion = conversion("f: { from: v }");
        conversion.setFlatten(".");
        conversion.setDrop("v");
        var values = IntStream.range(0, 2000).boxed().collect(Collectors.toMap(i -> "n" + i, i -> i));

        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> conversion.convert(Map.of("v", 1, "n".repeat(49_000), values)))
                .withMessage("flatten makes names of more than 4194304 characters in all");
    }
}

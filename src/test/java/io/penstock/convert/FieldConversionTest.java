package io.penstock.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.penstock.json.Document;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldConversionTest {

    private static FieldConversion conversion(String fields) {
        var conversion = new FieldConversion();
        conversion.setFields(fields);
        return conversion;
    }

    /** What field f, declared with these options, becomes of the source value v. */
    private static Object converted(String options, Object v) {
        return conversion("f: { from: v, " + options + " }").convert(record("v", v)).get("f");
    }

    private static Map<String, Object> record(Object... namesAndValues) {
        var record = new LinkedHashMap<String, Object>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            record.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return record;
    }

    private static void assertFails(ThrowingCallable conversion, String message) {
        assertThatExceptionOfType(ConversionException.class).isThrownBy(conversion::call).withMessage(message);
    }

    static final List<Arguments> CONVERTED = List.of(
            Arguments.of("integer", 5, 5),
            Arguments.of("integer", 5L, 5),
            Arguments.of("integer", (short) 5, 5),
            Arguments.of("integer", (byte) 5, 5),
            Arguments.of("integer", 5.0, 5),
            Arguments.of("integer", 5f, 5),
            Arguments.of("integer", BigInteger.valueOf(5), 5),
            Arguments.of("integer", new BigDecimal("5.00"), 5),
            Arguments.of("integer", new BigDecimal("5E+2"), 500),
            Arguments.of("integer", new BigDecimal("0E-999999999"), 0),
            Arguments.of("integer", "123", 123),
            Arguments.of("integer", "-2147483648", Integer.MIN_VALUE),
            Arguments.of("integer", "+7", 7),
            Arguments.of("integer", "0000000000000000000000007", 7),
            Arguments.of("long", 5, 5L),
            Arguments.of("long", Long.MIN_VALUE, Long.MIN_VALUE),
            Arguments.of("long", -0x1p63, Long.MIN_VALUE),
            Arguments.of("long", BigInteger.valueOf(Long.MAX_VALUE), Long.MAX_VALUE),
            Arguments.of("long", new BigDecimal("9223372036854775807.000"), Long.MAX_VALUE),
            Arguments.of("long", "9223372036854775807", Long.MAX_VALUE),
            Arguments.of("double", 5, 5.0),
            Arguments.of("double", 1.5, 1.5),
            Arguments.of("double", new BigDecimal("0.1"), 0.1),
            Arguments.of("double", new BigInteger("100000000000000000000"), 1e20),
            Arguments.of("double", "-1.5e3", -1500.0),
            Arguments.of("double", "1E+3", 1000.0),
            Arguments.of("boolean", true, true),
            Arguments.of("boolean", "true", true),
            Arguments.of("boolean", "false", false),
            Arguments.of("string", "错误:缺少**c参数", "错误:缺少**c参数"),
            Arguments.of("string", 5, "5"),
            Arguments.of("string", true, "true"),
            Arguments.of("string", 1.5, "1.5"),
            Arguments.of("string", 1e10, "10000000000"),
            Arguments.of("string", 0.1f, "0.1"),
            Arguments.of("string", new BigDecimal("1E+3"), "1000"),
            Arguments.of("string", new BigDecimal("1E+999999999"), "1E+999999999"),
            Arguments.of("string", new BigInteger("123456789012345678901234567890"), "123456789012345678901234567890"));

    @ParameterizedTest
    @FieldSource("CONVERTED")
    void typeConvertsWhatItCanExactly(String type, Object value, Object expected) {
        assertThat(converted("type: " + type, value)).isEqualTo(expected).hasSameClassAs(expected);
    }

    private static final String INTEGER = "type integer wants a whole number from -2147483648 to 2147483647";
    private static final String LONG = "type long wants a whole number of 64 bits";

    static final List<Arguments> UNCONVERTIBLE = List.of(
            Arguments.of("type: integer", 1.5, INTEGER + ", found a number with a fraction"),
            Arguments.of("type: integer", new BigDecimal("1.5"), INTEGER + ", found a number with a fraction"),
            Arguments.of("type: integer", new BigDecimal("1E-999999999"), INTEGER + ", found a number with a fraction"),
            Arguments.of("type: integer", new BigDecimal("1E+999999999"), INTEGER + ", found a number out of range"),
            Arguments.of("type: integer", 2147483648L, INTEGER + ", found a number out of range"),
            Arguments.of("type: integer", "2147483648", INTEGER + ", found a number out of range"),
            Arguments.of("type: integer", "1.5", INTEGER + ", found text"),
            Arguments.of("type: integer", "", INTEGER + ", found text"),
            Arguments.of("type: integer", "-", INTEGER + ", found text"),
            Arguments.of("type: integer", " 1", INTEGER + ", found text"),
            Arguments.of("type: integer", "١٢٣", INTEGER + ", found text"),
            Arguments.of("type: integer", true, INTEGER + ", found a boolean"),
            Arguments.of("type: integer", List.of(1), INTEGER + ", found a list"),
            Arguments.of("type: integer", Map.of(), INTEGER + ", found an object"),
            Arguments.of("type: integer", Double.NaN, INTEGER + ", found a number that is not finite"),
            Arguments.of("type: long", 0x1p63, LONG + ", found a number out of range"),
            Arguments.of("type: long", BigInteger.ONE.shiftLeft(63), LONG + ", found a number out of range"),
            Arguments.of("type: long", new BigDecimal("9223372036854775808"), LONG + ", found a number out of range"),
            Arguments.of("type: long", "9223372036854775808", LONG + ", found a number out of range"),
            Arguments.of("type: double", "NaN", "type double wants a number, found text"),
            Arguments.of("type: double", "1d", "type double wants a number, found text"),
            Arguments.of("type: double", "0x1p3", "type double wants a number, found text"),
            Arguments.of("type: double", "1.", "type double wants a number, found text"),
            Arguments.of("type: double", "1e999", "type double wants a number of 64 bits, found a number out of range"),
            Arguments.of("type: double", new BigDecimal("1E+999"),
                    "type double wants a number of 64 bits, found a number out of range"),
            Arguments.of("type: double", Double.POSITIVE_INFINITY,
                    "type double wants a finite number, found a number that is not finite"),
            Arguments.of("type: boolean", "TRUE", "type boolean wants true or false, found text"),
            Arguments.of("type: boolean", 1, "type boolean wants true or false, found a number"),
            Arguments.of("type: string", List.of(), "type string wants text, a number or a boolean, found a list"),
            Arguments.of("type: string", Map.of(), "type string wants text, a number or a boolean, found an object"),
            Arguments.of("type: string", Double.NaN,
                    "type string wants text, a number or a boolean, found a number that is not finite"),
            Arguments.of("trim: true", List.of(), "trim wants text, a number or a boolean, found a list"),
            Arguments.of("match: a", List.of(), "match wants text, a number or a boolean, found a list"),
            Arguments.of("epoch: seconds", "soon", "epoch seconds wants a whole number, found text"),
            Arguments.of("epoch: seconds", 1.5, "epoch seconds wants a whole number, found a number with a fraction"),
            Arguments.of("epoch: seconds", 1595944295000L,
                    "epoch seconds wants a time in the years 1 to 9999, found a number out of range"),
            Arguments.of("epoch: micros", true, "epoch micros wants a whole number, found a boolean"));

    @ParameterizedTest
    @FieldSource("UNCONVERTIBLE")
    void whatCannotBeConvertedFailsNamingFieldRuleAndKind(String options, Object value, String message) {
        assertFails(() -> converted(options, value), "field f: " + message);
    }

    @Test
    void theMessageNeverQuotesTheRecord() {
        for (var type : List.of("type: integer", "type: boolean", "type: double", "match: x", "epoch: millis")) {
            assertThatThrownBy(() -> converted(type, "s3cret")).hasMessageNotContaining("s3cret");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "seconds | 1595944295       | yyyy-MM-dd HH:mm:ss          | Asia/Shanghai    | 2020-07-28 21:51:35",
            "seconds | -1               | yyyy-MM-dd HH:mm:ss          | UTC              | 1969-12-31 23:59:59",
            "millis  | -1               | yyyy-MM-dd HH:mm:ss.SSS      | UTC              | 1969-12-31 23:59:59.999",
            "micros  | -1               | yyyy-MM-dd HH:mm:ss.SSSSSS   | UTC              | 1969-12-31 23:59:59.999999",
            "millis  | 1595944295123    | yyyy-MM-dd'T'HH:mm:ss.SSSXXX | +08:00           | 2020-07-28T21:51:35.123+08:00",
            "micros  | 1595944295123456 | HH:mm:ss.SSSSSS              | UTC              | 13:51:35.123456",
            // Berlin puts its clocks forward at 01:00 UTC on 2021-03-28, and back at 01:00 UTC on 2021-10-31
            "seconds | 1616893199       | yyyy-MM-dd HH:mm:ss xxx      | Europe/Berlin    | 2021-03-28 01:59:59 +01:00",
            "seconds | 1616893200       | yyyy-MM-dd HH:mm:ss xxx      | Europe/Berlin    | 2021-03-28 03:00:00 +02:00",
            "seconds | 1635641999       | yyyy-MM-dd HH:mm:ss xxx      | Europe/Berlin    | 2021-10-31 02:59:59 +02:00",
            "seconds | 1635642000       | yyyy-MM-dd HH:mm:ss xxx      | Europe/Berlin    | 2021-10-31 02:00:00 +01:00",
            "seconds | 0                | d MMM yyyy, EEEE             | America/New_York | '31 Dec 1969, Wednesday'",
    })
    void epochIsShownInFormatAndZone(String unit, long number, String format, String zone, String expected) {
        var options = "epoch: %s, format: \"%s\", zone: %s".formatted(unit, format, zone);

        assertThat(converted(options, number)).isEqualTo(expected);
    }

    @Test
    void epochIsIso8601InUtcUnlessSaid() {
        assertThat(converted("epoch: millis", 1595944295120L)).isEqualTo("2020-07-28T13:51:35.12Z");
        assertThat(converted("epoch: seconds", 1595944295)).isEqualTo("2020-07-28T13:51:35Z");
        assertThat(converted("epoch: seconds, zone: Asia/Shanghai", 0)).isEqualTo("1970-01-01T08:00:00+08:00");
    }

    @ParameterizedTest
    @MethodSource("sameSecond")
    void epochTakesAWholeNumberOfAnyKind(Object number) {
        assertThat(converted("epoch: seconds", number)).isEqualTo("2020-07-28T13:51:35Z");
    }

    static Stream<Object> sameSecond() {
        return Stream.of(1595944295, 1595944295L, 1595944295.0, BigInteger.valueOf(1595944295),
                new BigDecimal("1595944295.0"), "1595944295");
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, Long.MAX_VALUE, -62135596801L, 253402300800L})
    void epochOutsideTheYears1To9999Fails(long number) {
        assertThatThrownBy(() -> converted("epoch: seconds", number)).isInstanceOf(ConversionException.class);
    }

    @Test
    void epochShowsEachRecordItsOwnTimeInEveryThread() {
        var conversion = conversion("t: { epoch: millis, format: ssSSS }");

        var wrong = IntStream.range(0, 40_000).parallel().filter(i -> {
            var expected = "%02d%03d".formatted(i / 1000 % 60, i % 1000);
            return !conversion.convert(Map.of("t", i)).get("t").equals(expected);
        });

        assertThat(wrong.count()).isZero();
    }

    @Test
    void matchTakesGroupsByNumberByNameAndByTheFieldsOwnName() {
        var conversion = conversion("""
                whole:  { from: t, match: 'k=\\w+' }
                only:   { from: t, match: 'k=(\\w+)' }
                second: { from: t, match: '(\\w)=(\\w+)', group: 2 }
                zero:   { from: t, match: '(\\w)=(\\w+)', group: 0 }
                named:  { from: t, match: '(?<key>\\w)=(?<value>\\w+)', group: value }
                value:  { from: t, match: '(?<key>\\w)=(?<value>\\w+)' }
                x.key, y.value: { from: t, match: '(?<value>\\w+)/(?<key>\\w)' }
                a, b: { from: t, match: '(\\w+)/(\\w)' }
                """);

        assertThat(conversion.convert(Map.of("t", "k=vv/z"))).hasToString("{whole=k=vv, only=vv, second=vv, zero=k=vv,"
                + " named=vv, value=vv, x={key=z}, y={value=vv}, a=vv, b=z}");
    }

    @Test
    void fieldsWithTheSamePatternShareOneMatch() {
        var rules = FieldRules.parse("""
                a, b: { from: t, match: '(\\w+)/(\\w)' }
                c: { from: t, match: '(\\w+)/(\\w)', group: 1 }
                d: { from: other, match: '(\\w+)/(\\w)', group: 1 }
                """);

        assertThat(rules.matches()).isEqualTo(2);
    }

    @Test
    void whatAMatchFindsIsConvertedFurther() {
        assertThat(converted("match: 'code=(\\d+)', type: integer", "code=42")).isEqualTo(42);
        assertThat(converted("match: '^\\[(.*)\\]', trim: true, uppercase: true", "[ abc ]")).isEqualTo("ABC");
        assertThat(converted("match: '^(\\d+)', epoch: seconds", "0 s")).isEqualTo("1970-01-01T00:00:00Z");
        assertThat(converted("match: '^\\d(\\d)'", 12345)).isEqualTo("2");
    }

    @Test
    void aGroupThatTookNoPartIsMissing() {
        assertThat(converted("match: 'a(b)?', default: none", "a")).isEqualTo("none");
        assertThat(converted("match: 'a(b)?', optional: true", "a")).isNull();
        assertFails(() -> converted("match: 'a(b)?'", "a"), "field f: group 1 of match in source field v is missing,"
                + " and the field is neither optional nor has a default");
    }

    @Test
    void textOfAnotherShapeFailsEvenIfOptional() {
        assertThatThrownBy(() -> converted("match: 'a', optional: true", "b")).isInstanceOf(ConversionException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"(a+)+$", "(a|aa)+$", "(.*a){20}$", "^(([a-z])+.)+[A-Z]([a-z])+$", "(a*)*b", "a*a*a*a*a*b"})
    void aRegularExpressionCannotHoldAThreadForLong(String pattern) {
        var hostile = "a".repeat(3_000) + "!";
        var conversion = conversion("f: { from: v, group: 0, match: '" + pattern + "' }");

        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> assertThatThrownBy(
                () -> conversion.convert(Map.of("v", hostile))).isInstanceOf(ConversionException.class));
    }

    @Test
    void aRegularExpressionThatNestsTooDeeplyFailsItsRecordOnly() {
        var deep = "ab".repeat(Match.MAX_LENGTH / 2);

        assertFails(() -> converted("match: '^(?:a|b)*$'", deep), "field f: match wants a pattern that is decided in 2000000"
                + " steps and without deep nesting, found text in v that takes more");
    }

    @Test
    void matchReadsTextUpToItsBound() {
        assertThat(converted("match: '.$'", "a".repeat(Match.MAX_LENGTH - 1) + "错")).isEqualTo("错");
        assertFails(() -> converted("match: '.$'", "a".repeat(Match.MAX_LENGTH + 1)),
                "field f: match wants at most 65536 characters in v, found longer text");
    }

    @Test
    void textStepsWorkOnUnicodeAndLeaveNumbersAlone() {
        assertThat(converted("trim: true", "\u3000 错误 \t")).isEqualTo("错误");
        assertThat(converted("lowercase: true", "ÄÖİ")).isEqualTo("ÄÖİ".toLowerCase(Locale.ROOT));
        assertThat(converted("uppercase: true", "straße 😀")).isEqualTo("STRASSE 😀");
        assertThat(converted("trim: true, type: integer", " 5 ")).isEqualTo(5);
        assertThat(converted("trim: true", 5)).isEqualTo(5);
        assertThat(converted("lowercase: true, type: boolean", "TRUE")).isEqualTo(true);
    }

    @ParameterizedTest
    @CsvSource({"a.b, 1", "l[0].n, 2", "l.0.n, 2", "l[1][0], 3", "o.0, 4", "['x.y'], 5", "o['p.q'].r, 6", "'[\"x.y\"]', 5"})
    void fromIsAPathIntoObjectsAndLists(String path, int expected) {
        var record = Map.of("a", Map.of("b", 1), "l", List.of(Map.of("n", 2), List.of(3)),
                "o", Map.of("0", 4, "p.q", Map.of("r", 6)), "x.y", 5);

        assertThat(conversion("f: { from: \"" + path.replace("\"", "\\\"") + "\" }").convert(record)).isEqualTo(Map.of("f", expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "a.b.c", "l[1]", "l.x", "a.0", "null", "l[0].x"})
    void aPathThatEndsEarlyIsAMissingField(String path) {
        var record = record("a", Map.of("b", 1), "l", List.of(1), "null", null);

        assertFails(() -> conversion("f: { from: \"" + path + "\" }").convert(record), "field f: source field " + path
                + " is missing, and the field is neither optional nor has a default");
        assertThat(conversion("f: { from: \"" + path + "\", optional: true }").convert(record)).isEmpty();
        assertThat(conversion("f: { from: \"" + path + "\", default: 7, type: long }").convert(record))
                .isEqualTo(Map.of("f", 7L));
    }

    @Test
    void withoutFromTheSourceFieldHasTheTargetsName() {
        var conversion = conversion("""
                user.name:
                tags: {}
                a, b: { type: integer }
                """);
        var record = record("user", Map.of("name", "n", "id", 1), "tags", List.of("x"), "a", "1", "b", "2");

        assertThat(conversion.convert(record)).hasToString("{user={name=n}, tags=[x], a=1, b=2}");
    }

    @Test
    void constantIsOfTheDocumentNotOfTheRecordAndNobodyCanChangeIt() {
        var document = conversion("c: { constant: [1, { a: b }] }").convert(Map.of("c", 5));

        assertThat(document).isEqualTo(Map.of("c", List.of(1, Map.of("a", "b"))));
        assertThatThrownBy(() -> ((List<?>) document.get("c")).clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void keepPassesOnlyTheseInTheirOrderAfterTheDeclaredOnes() {
        var conversion = conversion("z: { constant: 1 }");
        conversion.setKeep("b, absent, a, ['x.y'], nil");

        assertThat(conversion.convert(record("a", 1, "b", 2, "c", 3, "x.y", 4, "nil", null)))
                .hasToString("{z=1, b=2, a=1, x.y=4, nil=null}");
    }

    @Test
    void dropPassesAllButTheseInTheRecordsOrder() {
        var conversion = conversion("a: { from: b }");
        conversion.setDrop("b");
        conversion.setInto("x.y");

        assertThat(conversion.convert(record("d", 1, "b", 2, "a", 3, "c", 4))).hasToString("{x={y={a=2, d=1, c=4}}}");
    }

    @Test
    void declaredFieldsWinOverPassedOnesButLeaveTheirNeighbours() {
        var conversion = conversion("""
                user.name: { uppercase: true }
                user.id: { from: nothing, optional: true }
                """);
        conversion.setDrop("other");
        var user = record("name", "n", "id", 1, "mail", "m");

        assertThat(conversion.convert(record("user", user))).hasToString("{user={name=N, mail=m}}");
        assertThat(user).hasToString("{name=n, id=1, mail=m}");
    }

    @Test
    void whatIsNoObjectIsPassedWhereNothingOfItIsDeclared() {
        var conversion = conversion("user.name: { optional: true }\nuser.id: { from: id, optional: true }");
        conversion.setDrop("id");

        assertThat(conversion.convert(record("user", "bob"))).hasToString("{user=bob}");
        assertThat(conversion.convert(record("user", List.of("bob"), "id", 1))).hasToString("{user={id=1}}");
    }

    @ParameterizedTest
    @MethodSource("notObjects")
    void aBodyThatIsNoObjectFails(Object body, String kind) {
        assertFails(() -> conversion("f: {}").convert(body), "the field conversion wants an object, found " + kind);
    }

    static Stream<Arguments> notObjects() {
        return Stream.of(Arguments.of(null, "nothing"), Arguments.of("{}", "text"), Arguments.of(List.of(), "a list"),
                Arguments.of(1, "a number"), Arguments.of(true, "a boolean"), Arguments.of(new byte[0], "bytes"));
    }

    /** It is the same document by whichever way it is made. */
    @Test
    void declaredFieldsAloneMakeTheDocumentThatPassedOnesAreAddedTo() {
        var fields = """
                z: { from: a }
                gone: { optional: true }
                "错误, ['x.y']": { from: t, match: '^(.*)=(.*)$' }
                o: { from: o, optional: true }
                a: { default: 7 }
                """;
        var alone = conversion(fields);
        alone.setInto("outer.inner");
        var passing = conversion(fields);
        passing.setInto("outer.inner");
        passing.setKeep("none");
        for (var record : List.of(record("a", 1, "t", "k=v", "o", Map.of("gone", 2)), record("a", "text", "t", "=", "gone", null))) {
            assertThat(alone.convert(record)).isInstanceOf(Document.class).isEqualTo(passing.convert(record))
                    .hasToString(passing.convert(record).toString());
            assertThat(alone.convert(record).get("outer")).isEqualTo(passing.convert(record).get("outer"));
        }
        assertThat(((Map<?, ?>) alone.convert(record("a", 1, "t", "k=v")).get("outer")).get("inner")).isInstanceOf(Document.class);
    }

    @Test
    void theRecordIsNotChanged() {
        var record = new HashMap<String, Object>(Map.of("a", " x ", "l", Arrays.asList(1, null)));
        var before = new HashMap<>(record);
        var conversion = conversion("a: { trim: true }");
        conversion.setDrop("none");

        conversion.convert(record);

        assertThat(record).isEqualTo(before);
    }
}

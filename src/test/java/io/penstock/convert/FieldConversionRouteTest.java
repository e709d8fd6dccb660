package io.penstock.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bean as Camel's YAML DSL makes it of a route file: what Camel hands over, and what it says about bad declarations. */
class FieldConversionRouteTest {

    private static final String REFERENCE_ROUTE = """
            - beans:
                - name: tradeError
                  type: io.penstock.convert.FieldConversion
                  properties:
                    into: msgBody
                    fields: |
                      timestamp:  { epoch: seconds, format: "yyyy-MM-dd HH:mm:ss", zone: Asia/Shanghai }
                      returnCode: { type: integer }
                      returnError, returnMessage, requestId:
                        { from: returnMessage, match: '^(.*?)\\[(.*)\\]\\[seqId:(.*)\\]$' }
            - route:
                from:
                  uri: direct:in
                  steps:
                    - unmarshal: { json: {} }
                    - process: { ref: tradeError }
                    - marshal: { json: {} }
            """;

    private static final String REFERENCE_RECORD = """
            {"version":1,"componentName":"trade","timestamp":1595944295,"eventId":9128499,"returnValue":-1,
             "returnCode":101103,
             "returnMessage":"return has no deal return error[错误:缺少**c参数][seqId:u3Becr8iz*]",
             "data":[],"seqId":"@kibana-highlighted-field@u3Becr8iz@/kibana-highlighted-field@*"}
            """;

    private static final String REFERENCE_DOCUMENT = """
            {"msgBody":{"timestamp":"2020-07-28 21:51:35","returnCode":101103,\
            "returnError":"return has no deal return error",\
            "returnMessage":"错误:缺少**c参数","requestId":"u3Becr8iz*"}}""";

    private final DefaultCamelContext context = new DefaultCamelContext();

    @AfterEach
    void stop() {
        context.stop();
    }

    private void load(String yaml) throws Exception {
        context.start();
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("x.camel.yaml", yaml));
    }

    /** A route whose conversion has these properties, indented by nothing. */
    private static String route(String properties) {
        return """
                - beans:
                    - name: c
                      type: io.penstock.convert.FieldConversion
                      properties:
                %s
                - route:
                    from:
                      uri: direct:in
                      steps:
                        - process: { ref: c }
                """.formatted(properties.indent(8));
    }

    private Object convert(Object body) {
        return convertedExchange(body).getMessage().getBody();
    }

    private Exchange convertedExchange(Object body) {
        return context.createFluentProducerTemplate().to("direct:in").withBody(body).send();
    }

    private void assertRefused(ThrowingCallable load, String... words) {
        assertThatThrownBy(load).rootCause().isInstanceOf(IllegalArgumentException.class).hasMessageContainingAll(words);
    }

    @Test
    void referenceRecordBecomesTheReferenceDocumentToTheByte() throws Exception {
        load(REFERENCE_ROUTE);

        var document = context.createProducerTemplate().requestBody("direct:in", REFERENCE_RECORD, String.class);

        assertThat(document).isEqualTo(REFERENCE_DOCUMENT);
    }

    /** As they have where fields are passed on, or a script has made the body. */
    @Test
    void stepsBehindItHaveAMap() throws Exception {
        load("""
                - beans:
                    - name: c
                      type: io.penstock.convert.FieldConversion
                      properties:
                        into: msgBody
                        fields: |
                          code: { type: integer }
                          gone: { optional: true }
                          text: {}
                - route:
                    from:
                      uri: direct:in
                      steps:
                        - process: { ref: c }
                        - to: direct:behind
                - route:
                    from:
                      uri: direct:behind
                      steps:
                        - setHeader: { name: look, simple: "${body[msgBody][code]} ${body[msgBody][gone]} ${body.size} ${body}" }
                        - setHeader: { name: put, simple: "${body[msgBody].put('code', 7)} ${body[msgBody].put(1, 'one')}" }
                        - setHeader: { name: keys, simple: "${body.get('msgBody').keySet} ${body.getOrDefault('text', 'none')}" }
                        - setHeader: { name: removed, simple: "${body[msgBody].remove('text')} ${body.containsKey('msgBody')}" }
                """);
        var inner = new LinkedHashMap<String, Object>();
        inner.put("code", 5);
        inner.put("text", "t");
        var plain = context.createFluentProducerTemplate().to("direct:behind").withBody(new LinkedHashMap<>(Map.of("msgBody", inner)))
                .send();

        var exchange = convertedExchange(Map.of("code", "5", "text", "t"));

        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getHeaders()).hasSize(4).isEqualTo(plain.getMessage().getHeaders());
        assertThat(exchange.getMessage().getBody(LinkedHashMap.class)).isSameAs(exchange.getMessage().getBody())
                .isEqualTo(plain.getMessage().getBody()).hasToString("{msgBody={code=7, 1=one}}");
    }

    @Test
    void aRecordOfAnotherShapeFailsAsAConversionWithoutStackTraceAndWithItsBodyUntouched() throws Exception {
        load(route("""
                fields: |
                  returnError, requestId: { from: returnMessage, match: '^(.*)\\[(.*)\\]$' }
                """));
        var body = Map.of("returnMessage", "a secret");

        var exchange = convertedExchange(body);

        assertThat(exchange.getException()).isInstanceOf(ConversionException.class).hasNoCause()
                .hasMessage("field returnError: match wants text of the pattern's shape in returnMessage,"
                        + " found text of another shape");
        assertThat(exchange.getException().getStackTrace()).isEmpty();
        assertThat(exchange.getMessage().getBody()).isSameAs(body);
    }

    @Test
    void declaredOrderAndNamesSurviveCamelsBinding() throws Exception {
        load(route("""
                fields: |
                  # a comment may come first
                  zulu: { from: a }
                  user-agent: { from: a }
                  "@timestamp": { from: a }
                  "#hash": { from: a }
                  a.b: { from: a }
                  "['log.level']": { from: a }
                  "?maybe": { from: a }
                  错误: { from: a }
                  Alpha: { from: a }
                """));

        assertThat(convert(Map.of("a", 1)).toString()).isEqualTo(
                "{zulu=1, user-agent=1, @timestamp=1, #hash=1, a={b=1}, log.level=1, ?maybe=1, 错误=1, Alpha=1}");
    }

    @Test
    void constantsKeepTheirYamlKindsAndReferencesStayText() throws Exception {
        load(route("""
                fields: |
                  text: { constant: "5" }
                  integer: { constant: 5 }
                  decimal: { constant: 1.5 }
                  flag: { constant: true }
                  list: { constant: [a, 1] }
                  object: { constant: { k: v } }
                  bean: { constant: "#bean:c" }
                  class: { constant: "#class:java.lang.Object" }
                """));

        assertThat(convert(Map.of())).isEqualTo(Map.of("text", "5", "integer", 5, "decimal", 1.5, "flag", true,
                "list", List.of("a", 1), "object", Map.of("k", "v"), "bean", "#bean:c",
                "class", "#class:java.lang.Object"));
    }

    @Test
    void regularExpressionsSurviveBracesAndBackslashes() throws Exception {
        load(route("""
                fields: |
                  day: { from: text, match: '(\\d{4}(?:-\\d{2}){2})' }
                  escaped: { from: text, match: "\\\\[(\\\\w{1,3})\\\\]" }
                  hash: { from: text, match: '#(\\w+)\\$' }
                """));

        assertThat(convert(Map.of("text", "on 2020-07-28 [abc] #tag$"))).isEqualTo(
                Map.of("day", "2020-07-28", "escaped", "abc", "hash", "tag"));
    }

    @Test
    void placeholdersAreResolvedFromTheSettings() throws Exception {
        var settings = new Properties();
        settings.setProperty("my.zone", "Asia/Shanghai");
        context.getPropertiesComponent().setInitialProperties(settings);
        load(route("""
                fields: |
                  t: { epoch: seconds, zone: "{{my.zone}}" }
                  u: { epoch: seconds, from: t, zone: "{{other.zone:UTC}}" }
                """));

        assertThat(convert(Map.of("t", 0))).isEqualTo(
                Map.of("t", "1970-01-01T08:00:00+08:00", "u", "1970-01-01T00:00:00Z"));
    }

    @Test
    void keepAndDropAreNamesWithCommas() throws Exception {
        load(route("""
                keep: b, a
                """));

        assertThat(convert(Map.of("a", 1, "b", 2, "c", 3)).toString()).isEqualTo("{b=2, a=1}");
    }

    @Test
    void conversionsOfOneFileAreApart() throws Exception {
        load("""
                - beans:
                    - name: c1
                      type: io.penstock.convert.FieldConversion
                      properties: { keep: a }
                    - name: c2
                      type: io.penstock.convert.FieldConversion
                      properties: { into: x, drop: a }
                - route: { from: { uri: "direct:in", steps: [ { process: { ref: c2 } } ] } }
                """);

        assertThat(convert(Map.of("a", 1, "b", 2))).isEqualTo(Map.of("x", Map.of("b", 2)));
    }

    @Test
    void sharedPatternMayBeAnAnchor() throws Exception {
        load(route("""
                fields: |
                  first: { from: t, match: &shape '(\\w+) (\\w+)', group: 1 }
                  second: { from: t, match: *shape, group: 2 }
                """));

        assertThat(convert(Map.of("t", "a b"))).isEqualTo(Map.of("first", "a", "second", "b"));
    }

    @Test
    void fieldsWithoutTheBarAreRefusedSayingSo() {
        assertRefused(() -> load(route("""
                fields:
                  code: { type: integer }
                """)), "fields: |");
    }

    @Test
    void unknownPropertyIsRefused() {
        assertThatThrownBy(() -> load(route("kep: a"))).hasStackTraceContaining("kep");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "{ zone: Asia/Shanghay, epoch: seconds } | field f: zone Asia/Shanghay | Asia/Shanghai",
            "{ frm: a }                              | field f: there is no option frm | from",
            "{ match: '(' }                          | field f: match is no regular expression | Unclosed group",
    })
    void badDeclarationsAreRefusedWhenTheRouteLoads(String options, String what, String right) {
        assertRefused(() -> load(route("fields: |\n  f: " + options)), what, right);
    }

    @Test
    void aConversionThatDeclaresNothingIsRefusedWhenTheRouteLoads() {
        assertRefused(() -> load("""
                - beans:
                    - name: c
                      type: io.penstock.convert.FieldConversion
                - route: { from: { uri: "direct:in", steps: [ { process: { ref: c } } ] } }
                """), "declares nothing");
    }

    @Test
    void documentIsWhatJacksonsUnmarshalGivesForNumbersOfEverySize() throws Exception {
        load(route("""
                fields: |
                  small: { type: integer }
                  big: { type: long }
                  huge: { type: string }
                """));

        var record = new ObjectMapper().readValue(
                "{\"small\":1,\"big\":9128499000000,\"huge\":123456789012345678901234567890}", Map.class);

        assertThat(convert(record)).isEqualTo(
                Map.of("small", 1, "big", 9128499000000L, "huge", "123456789012345678901234567890"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void examplesOfTheReferencePageAreTrue(int example) throws Exception {
        var page = Files.readString(java.nio.file.Path.of("docs/conversion.md"));
        var examples = page.substring(page.indexOf("## Three examples"));
        var properties = (example == 0 ? fenced(page, "yaml", 0).split("properties:\n|- route:")[1]
                : fenced(examples, "yaml", example - 1).replaceFirst("^properties:\n", "")).stripIndent();
        var documents = Pattern.compile("(?m)(?<=^|becomes )`?(\\{\".*?\\})(?=`|$)").matcher(examples).results()
                .map(match -> match.group(1)).toList();
        load(route(properties));

        var record = new ObjectMapper().readValue(documents.get(2 * example), Map.class);

        assertThat(new ObjectMapper().writeValueAsString(convert(record))).isEqualTo(documents.get(2 * example + 1));
    }

    private static String fenced(String page, String language, int index) {
        return page.split("```" + language + "\n")[index + 1].split("```")[0];
    }
}

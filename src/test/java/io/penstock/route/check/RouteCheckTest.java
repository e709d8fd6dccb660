package io.penstock.route.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.route.check.RouteCheck.RouteFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteCheckTest {

    private static final Map<String, String> SETTINGS = Map.of("penstock.topic", "trade", "penstock.index", "pre1",
            "my.secret", "hunter2", "my.reference", "#hunter2");
    private static final String BULK = """
                    - aggregate:
                        aggregationStrategy: "#bulk"
                        correlationExpression: { constant: all }
                        completionSize: 1000
                        completionTimeout: 200
                        steps:
                          - to: elasticsearch:es?operation=Bulk&indexName=orders
            """;
    private static final String CONVERSION = """
            - beans:
                - name: document
                  type: io.penstock.convert.FieldConversion
                  properties: { keep: a }
            """;
    private static final String PARSED = "        - unmarshal: { json: {} }\n";

    private final RouteCheck check = new RouteCheck(name -> Optional.ofNullable(SETTINGS.get(name)),
            () -> List.copyOf(SETTINGS.keySet()));

    @Test
    void theShippedRouteIsRight() throws IOException {
        var text = Files.readString(Path.of("src/main/resources/routes/trade-errors.camel.yaml"));
        assertThat(check.check(List.of(new RouteFile("trade-errors.camel.yaml", text)))).isEmpty();
    }

    @Test
    void brokenYamlIsReportedWhereItBreaks() {
        assertThat(findings("- route:\n    id: [x\n  y: z\n")).singleElement().asString()
                .startsWith("f.camel.yaml:3:4: this is not YAML");
    }

    @ParameterizedTest
    @ValueSource(strings = {"- &a [*a]", "- route: &a { from: { uri: \"direct:x\", steps: [ { log: x } ] }, description: *a }"})
    void aFileThatHoldsItselfIsReportedAndTheOthersAreChecked(String text) {
        assertThat(check.check(List.of(new RouteFile("f.camel.yaml", text), new RouteFile("g.camel.yaml", "# nothing"))))
                .extracting(Finding::toString).satisfiesExactly(
                        itself -> assertThat(itself).startsWith("f.camel.yaml:1:1: this file holds itself"),
                        other -> assertThat(other).startsWith("g.camel.yaml:1:1: there is no route in it"));
    }

    @Test
    void everythingWrongIsReportedAtOnceWithItsPlaceAndTheRightName() {
        assertThat(findings("""
                - route:
                    id: one
                    from:
                      uri: kafka:orders?autoOffsetRest=latest
                      steps:
                        - filtr: { simple: "true" }
                        - filter:
                            simpel: "${body} == 1"
                        - to: kafkaa:other
                        - process: { ref: conf }
                        - aggregate:
                            aggregationStrategy: "#bulk"
                            correlationExpression: { constant: all }
                            completionSize: many
                            completionTimeout: 200
                            steps:
                              - to: elasticsearch:es?operation=Bluk&indexName=x
                """)).extracting(Finding::toString).contains(
                "f.camel.yaml:4:25: kafka has no option autoOffsetRest; did you mean autoOffsetReset?",
                "f.camel.yaml:6:11: there is no step filtr; did you mean filter?",
                "f.camel.yaml:8:13: filter has no simpel; did you mean simple?",
                "f.camel.yaml:9:15: there is no component kafkaa in this executable; did you mean kafka?",
                "f.camel.yaml:14:29: completionSize wants a number, found 'many'",
                "f.camel.yaml:17:38: operation can't be Bluk; did you mean Bulk?")
                .anySatisfy(f -> assertThat(f).startsWith("f.camel.yaml:10:27: there is no bean conf"));
    }

    @Test
    void aStrategyIsHeldToWhatElasticsearchTakes() {
        assertThat(findings("""
                - beans:
                    - name: own
                      type: io.penstock.sink.BulkStrategy
                      properties:
                        action: create
                        version: "${header[kafka.OFFSET]}"
                        routng: x
                        index: "${bodi}"
                """)).hasSize(3).extracting(Finding::toString).anySatisfy(f -> assertThat(f).contains(":6:18: the action create takes no version"))
                .anySatisfy(f -> assertThat(f).contains("this bean has no property routng; did you mean routing?"))
                .anySatisfy(f -> assertThat(f).contains(":8:17: simple does not understand this"));
    }

    @ParameterizedTest
    @CsvSource({"batching=true", "allowManualCommit=true", "autoCommitEnable=true", "offsetRepository=x", "seekTo=BEGINNING",
            "breakOnFirstError=true", "kafkaManualCommitFactory=x", "keyDeserializer=x", "valueDeserializer=x",
            "pollOnError=DISCARD"})
    void anOptionThatWouldMoveOffsetsIsRefused(String option) {
        assertThat(errors(route("kafka:orders?" + option, BULK))).singleElement().asString()
                .contains(":4:", option.substring(0, option.indexOf('=')) + " is refused");
    }

    @Test
    void theSameOptionsAreRefusedAsParameters() {
        assertThat(errors("""
                - route:
                    from:
                      uri: kafka:orders
                      parameters:
                        allowManualCommit: true
                      steps:
                """ + BULK)).singleElement().asString().startsWith("f.camel.yaml:5:9: allowManualCommit is refused");
    }

    @Test
    void aPatternOfTopicsThatIsNoneIsRefused() {
        assertThat(errors(route("kafka:tr(?topicIsPattern=true", BULK))).singleElement().asString()
                .contains(":4:", "tr( is no pattern of topics: Unclosed group");
        assertThat(errors(route("kafka:tr.*?topicIsPattern=true", BULK))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"discardOnCompletionTimeout", "discardOnAggregationFailure", "optimisticLocking",
            "ignoreInvalidCorrelationKeys"})
    void anAggregationThatWouldLoseDocumentsIsRefused(String option) {
        for (String value : List.of("true", "\"{{absent:true}}\"")) {
            var text = route("kafka:orders", BULK.replace("completionSize: 1000", option + ": " + value + "\n            completionSize: 1000"));
            assertThat(errors(text)).singleElement().asString().contains(option + " is refused in front of a bulk");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"completionPredicate", "completionSizeExpression", "completionTimeoutExpression"})
    void aCompletionThatWouldSeeTheBulkAndNotTheRecordIsRefused(String option) {
        var text = route("kafka:orders", PARSED + BULK.replace("completionSize: 1000",
                "completionSize: 1000\n            " + option + ": { simple: \"${body[last]} == true\" }"));
        assertThat(errors(text)).singleElement().asString().contains(option + " is refused", "eagerCheckCompletion: true");
        assertThat(findings(text.replace("completionSize: 1000",
                "completionSize: 1000\n            eagerCheckCompletion: \"{{absent:true}}\""))).isEmpty();
    }

    @Test
    void anEagerGroupThatOnlyAPredicateEndsIsAWarning() {
        var eager = "eagerCheckCompletion: true\n            completionPredicate: { simple: \"${body[last]} == true\" }";
        assertThat(findings(route("kafka:orders", PARSED + BULK.replace("completionSize: 1000", eager)))).singleElement()
                .satisfies(f -> assertThat(f.isError()).isFalse())
                .asString().contains("penstock.bulk.max-bytes", "completionSize: 1000");
        for (var bound : List.of("completionSize: 500", "completionSizeExpression: { constant: 500 }")) {
            assertThat(findings(route("kafka:orders", PARSED + BULK.replace("completionSize: 1000", eager + "\n            " + bound))))
                    .isEmpty();
        }
    }

    @Test
    void anAggregationThatNeverCompletesIsRefused() {
        var text = route("kafka:orders", BULK.replaceAll(" +completion(Size|Timeout).*\n", ""));
        assertThat(errors(text)).singleElement().asString().contains("never completes");
    }

    @Test
    void inFrontOfABulkOnlyTheBulkStrategyIsRight() {
        var text = """
                - beans:
                    - name: group
                      type: org.apache.camel.processor.aggregate.GroupedBodyAggregationStrategy
                """ + route("kafka:orders", BULK.replace("#bulk", "#group"));
        assertThat(errors(text)).singleElement().asString().contains("only the bulk strategy");
    }

    @Test
    void aBulkWithoutAggregationIsAWarning() {
        assertThat(findings(route("kafka:orders", "        - to: elasticsearch:es?operation=Bulk&indexName=orders\n")))
                .singleElement().satisfies(f -> assertThat(f.isError()).isFalse());
    }

    @Test
    void aSettingWithoutValueIsReportedOnceAndOnlyItself() {
        assertThat(findings(route("kafka:{{penstock.topik}}?maxPollRecords={{mine}}", BULK))).extracting(Finding::message)
                .containsExactly("the setting penstock.topik has no value; did you mean penstock.topic?",
                        "the setting mine has no value");
        assertThat(findings(route("kafka:{{mine:orders}}", BULK))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"kafka:out?lingerMs={{my.secret}}", "kafka:out?compressionCodec={{my.secret}}",
            "kafka:out?valueSerializer={{my.reference}}", "{{my.secret}}", "{{my.secret}}:out"})
    void aSettingInAWrongPlaceIsNotShown(String endpoint) {
        assertThat(errors(route("kafka:orders", "        - to: \"" + endpoint + "\"\n" + BULK))).isNotEmpty()
                .extracting(Finding::toString).allSatisfy(e -> assertThat(e).contains("{{my.").doesNotContain("hunter2"));
        if (endpoint.contains("?")) {
            assertThat(errors(route("kafka:orders", "        - to: { uri: \"kafka:out\", parameters: { "
                    + endpoint.substring(endpoint.indexOf('?') + 1).replace("=", ": \"") + "\" } }\n" + BULK))).isNotEmpty()
                    .extracting(Finding::toString).allSatisfy(e -> assertThat(e).contains("{{my.").doesNotContain("hunter2"));
        }
    }

    @Test
    void aBadFieldIsReportedOnItsLine() {
        assertThat(errors("""
                - beans:
                    - name: conversion
                      type: io.penstock.convert.FieldConversion
                      properties:
                        fields: |
                          code: { type: integer }
                          time: { epoch: secnds }
                """)).singleElement().asString().startsWith("f.camel.yaml:7:1: field time: epoch secnds is not known");
    }

    @Test
    void aBadPatternAndAnEmptyConversionAreReported() {
        assertThat(errors("""
                - beans:
                    - name: a
                      type: io.penstock.convert.FieldConversion
                      properties: { fields: "code: { match: '(' }" }
                    - name: b
                      type: io.penstock.convert.FieldConversion
                """)).extracting(Finding::message).anyMatch(m -> m.contains("is no regular expression"))
                .anyMatch(m -> m.contains("declares nothing"));
    }

    @Test
    void simpleExpressionsAreRead() {
        assertThat(errors(CONVERSION + route("kafka:orders", """
                        - filter:
                            simple: "${body[code] != 0"
                        - log: "${bdy}"
                        - setHeader: { name: x, simple: "${header.y}" }
                        - setHeader: { name: z, simple: "${jsonpath($.z)}" }
                        - setHeader: { name: b, simple: "${bean:document?method=convert}" }
                        - filter:
                            simple: "${body[code]} != 0 && ${body[kind]} == 'a'"
                """ + BULK))).hasSize(2).anySatisfy(f -> assertThat(f.hint()).isEqualTo("did you mean body?"));
    }

    @Test
    void whatANewcomerExpectsOfExpressionsIsAnswered() {
        assertThat(errors(route("kafka:orders", "        - filter: { simple: \"${body[a]} > 1 or ${body[b]} == 2\" }\n" + BULK)))
                .singleElement().extracting(Finding::hint).asString().startsWith("write && for and, || for or");
        assertThat(errors(route("kafka:orders", BULK.replace("=orders", "=orders-${date:now:yyyy.MM}")))).singleElement().asString()
                .contains("to takes ${...} as it is written").contains("give the bulk strategy an expression");
        assertThat(errors(route("kafka:orders", "        - to: file:x?fileName=${date:now:yyyy}\n" + BULK))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
            "${body[s]} in 'A, B' ; write in 'A,B'",
            "${body[s]} !in 'A ,B' ; write in 'A,B'",
            "${body[s]} in ['A','B'] ; write the values as one text without blanks: in 'A,B'",
            "${body[s]} = 'A' ; write == for equal, with a blank before and after it",
            "${body[s]}=='A' ; put a blank before and after each operator",
            "${body[s]} == 'A'||${body[s]} == 'B' ; put a blank before and after each operator",
            "${body[s] == 'A' ; close ${ with }",
            "${body[s]} == A ; put text in quotes: == 'A'"})
    void aConditionThatIsNearlyRightIsAnErrorWithTheRightForm(String condition, String hint) {
        assertThat(errors(route("kafka:orders", PARSED + "        - filter:\n            simple: \"" + condition + "\"\n            steps:\n"
                + BULK.indent(6)))).singleElement().extracting(Finding::hint).isEqualTo(hint);
    }

    @Test
    void aListWithoutBlanksIsRight() {
        assertThat(findings(route("kafka:orders", PARSED + "        - filter: { simple: \"${body[s]} in 'A,B C'\" }\n" + BULK))).isEmpty();
    }

    @Test
    void aVariableThatNoStepSetsIsAWarning() {
        var strategy = """
                - beans:
                    - name: own
                      type: io.penstock.sink.BulkStrategy
                      properties: { id: "x-${variable.order}", routing: "${header.variable.x}" }
                """;
        var bulk = BULK.replace("#bulk", "#own");
        assertThat(findings(strategy + route("kafka:orders", bulk))).singleElement().satisfies(f -> {
            assertThat(f.isError()).isFalse();
            assertThat(f.message()).isEqualTo("no step sets the variable order");
        });
        assertThat(findings(strategy + route("kafka:orders", "        - setVariable: { name: order, simple: \"${header.x}\" }\n" + bulk)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Orders", "a b", "a*", "a,b", "_orders", "..", "a:b"})
    void anIndexThatElasticsearchRefusesIsAnErrorWhereverItIsNamed(String index) {
        assertThat(errors(route("kafka:orders", BULK.replace("=orders", "=" + index)))).singleElement().asString()
                .contains("Elasticsearch takes no");
        assertThat(errors(route("kafka:orders", "        - setHeader: { name: indexName, constant: \"" + index + "\" }\n" + BULK)))
                .singleElement().asString().contains("Elasticsearch takes no");
        assertThat(errors("""
                - beans:
                    - name: own
                      type: io.penstock.sink.BulkStrategy
                      properties: { index: "%s" }
                """.formatted(index))).singleElement().asString().contains("Elasticsearch takes no");
    }

    @ParameterizedTest
    @CsvSource({"#byOrders, io.penstock.sink.BulkStrategy, there is no bean byOrders; did you mean byOrder?",
            "#byOrder, io.penstock.sink.BulkStrateg, there is no bean type"})
    void aStrategyThatIsNotThereIsAllThatIsSaid(String named, String type, String message) {
        assertThat(findings("""
                - beans:
                    - name: byOrder
                      type: %s
                """.formatted(type) + route("kafka:orders", BULK.replace("#bulk", named)))).singleElement().asString().contains(message);
        assertThat(errors(route("kafka:orders", BULK.replace("#bulk", "#none").replace("=orders", "=Orders")))).hasSize(2);
    }

    @Test
    void fieldsOfABodyThatIsStillBytesAreAWarning() {
        var filter = "        - filter: { simple: \"${body[s]} == 1\" }\n";
        assertThat(findings(route("kafka:orders", filter + PARSED + BULK))).singleElement().satisfies(f -> {
            assertThat(f.isError()).isFalse();
            assertThat(f.toString()).startsWith("f.camel.yaml:6:29: warning: the body is still the record's bytes").contains("unmarshal");
        });
        assertThat(findings(route("direct:orders", filter + BULK))).isEmpty();
        assertThat(findings(route("kafka:orders", "        - split: { jsonpath: \"$.a[*]\", steps: [ { log: \"${body[s]}\" } ] }\n" + BULK)))
                .isEmpty();
        assertThat(findings("""
                - beans:
                    - name: document
                      type: io.penstock.convert.FieldConversion
                      properties: { keep: a }
                """ + route("kafka:orders", "        - process: { ref: document }\n" + BULK))).singleElement().asString()
                .contains("still the record's bytes");
    }

    @Test
    void yamlThatWantsQuotesIsToldSo() {
        assertThat(findings("- a: @timestamp\n")).singleElement().asString().contains("nothing can begin with @ here; put it in quotes: \"@");
        assertThat(findings("- a: \"\\S+\"\n")).singleElement().asString().contains("put it in single quotes");
        assertThat(errors("""
                - beans:
                    - name: a
                      type: io.penstock.convert.FieldConversion
                      properties:
                        fields: |
                          code: { match: "\\S" }
                    - name: b
                      type: io.penstock.convert.FieldConversion
                      properties:
                        fields: |
                          @timestamp: { from: at }
                """)).extracting(Finding::toString).anyMatch(m -> m.startsWith("f.camel.yaml:6:") && m.contains("put it in single quotes"))
                .anyMatch(m -> m.startsWith("f.camel.yaml:11:") && m.contains("put it in quotes"));
    }

    @Test
    void twoRoutesWithOneIdAreReportedAcrossFiles() {
        var one = new RouteFile("one.camel.yaml", route("kafka:orders", BULK));
        var two = new RouteFile("two.camel.yaml", route("kafka:others", BULK));
        assertThat(check.check(List.of(one, two))).singleElement().asString()
                .startsWith("two.camel.yaml:2:9: there is a route one already, in one.camel.yaml:2");
        var three = new RouteFile("three.camel.yaml", two.text().replace("id: one", "id: \"{{name:one}}\""));
        assertThat(check.check(List.of(one, three))).singleElement().asString().contains("there is a route one already");
        assertThat(errors(one.text().replace("id: one", "id: [one]"))).singleElement().asString().contains("id wants one value");
    }

    @Test
    void theBeansOfAFileAreItsOwn() {
        var beans = new RouteFile("beans.camel.yaml", CONVERSION + route("kafka:others", BULK).replace("one", "other"));
        var orders = new RouteFile("orders.camel.yaml", route("kafka:orders", PARSED + "        - process: { ref: document }\n" + BULK));
        assertThat(check.check(List.of(beans, orders))).singleElement().asString()
                .startsWith("orders.camel.yaml:7:27: there is no bean document");
    }

    @Test
    void twoBeansWithOneNameAreReportedInAFileAndAcrossFiles() {
        assertThat(findings(CONVERSION + CONVERSION + route("kafka:orders", BULK))).singleElement().asString()
                .isEqualTo("f.camel.yaml:6:13: there is a bean document already, in f.camel.yaml:2; rename one");
        var one = new RouteFile("one.camel.yaml", CONVERSION + route("kafka:orders", BULK));
        var two = new RouteFile("two.camel.yaml", CONVERSION + route("kafka:others", BULK).replace("one", "two"));
        assertThat(check.check(List.of(one, two))).singleElement().asString()
                .isEqualTo("two.camel.yaml:2:13: there is a bean document already, in one.camel.yaml:2; rename one");
    }

    @Test
    void aBeanNamedLikeOneOfPenstocksOwnIsRefused() throws IOException {
        var named = Pattern.compile("@Named\\(\"(.*?)\"\\)");
        var names = new ArrayList<String>();
        try (var sources = Files.walk(Path.of("src/main/java"))) {
            for (var source : sources.filter(Files::isRegularFile).toList()) {
                named.matcher(Files.readString(source)).results().forEach(match -> names.add(match.group(1)));
            }
        }
        assertThat(names).contains("bulk").allSatisfy(name -> assertThat(findings(CONVERSION.replace("document", name)
                + route("kafka:orders", BULK))).singleElement().asString().contains(":2:13: Penstock itself has a bean " + name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"to: bean:documnt?method=convert", "wireTap: { uri: bean:documnt }",
            "setBody: { method: { ref: documnt, method: convert } }", "setBody: { method: bean:documnt }",
            "filter: { expression: { method: { ref: documnt } }, steps: [ { log: x } ] }", "log: \"${bean:documnt}\"",
            "setHeader: { name: h, simple: \"a ${bean:documnt?method=convert}\" }"})
    void aBeanThatIsNotThereIsReportedWhereverItIsNamed(String step) {
        var text = CONVERSION + route("kafka:orders", PARSED + "        - " + step + "\n" + BULK);
        assertThat(findings(text)).singleElement().asString().isEqualTo("f.camel.yaml:11:" + (11 + step.indexOf("documnt"))
                + ": there is no bean documnt; did you mean document?");
        assertThat(findings(text.replace("documnt", "document"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing\n", "[]", CONVERSION})
    void aFileWithoutARouteIsRefused(String text) {
        assertThat(errors(text)).singleElement().asString().startsWith("f.camel.yaml:1:").endsWith("there is no route in it; to stop its "
                + "routes, remove the file");
    }

    @Test
    void aRouteThatStoresNothingIsReportedUnlessAnotherOneStoresForIt() {
        assertThat(errors(route("kafka:orders", "        - to: log:x\n"))).singleElement().asString()
                .contains("stores none of them");
        assertThat(errors(route("kafka:orders", "        - to: direct:next\n") + """
                - route:
                    id: next
                    from:
                      uri: direct:next
                      steps:
                        - to: log:x
                """)).hasSize(1);
        assertThat(errors(route("kafka:orders", "        - to: direct:next\n") + """
                - route:
                    id: next
                    from:
                      uri: direct:next
                      steps:
                """ + BULK)).isEmpty();
    }

    @Test
    void aRouteOfWhichNothingCouldBeStoredIsReported() {
        assertThat(errors(route("kafka:orders", BULK.replace("&indexName=orders", "")))).singleElement().asString()
                .contains("nothing says which index to store in");
        assertThat(errors(route("kafka:orders", "        - setHeader: { name: indexName, constant: orders }\n"
                + BULK.replace("&indexName=orders", "")))).isEmpty();
        assertThat(errors(route("kafka:orders", BULK.replace("operation=Bulk&", "")))).singleElement().asString()
                .contains("operation=Bulk, which is missing");
    }

    @Test
    void stepsThatLetGoOfRecordsTooEarlyAreRefused() {
        assertThat(errors("- onCompletion: { steps: [ { log: x } ] }\n" + route("kafka:orders", BULK))).singleElement().asString()
                .contains("onCompletion comes too late");
        assertThat(findings("""
                - beans:
                    - name: group
                      type: org.apache.camel.processor.aggregate.GroupedBodyAggregationStrategy
                """ + route("kafka:orders", BULK.replace("#bulk", "#group").replace("operation=Bulk", "operation=Index"))))
                .extracting(Finding::message).anyMatch(message -> message.contains("only the bulk strategy"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
            "idempotentConsumer ; { simple: `${header.id}`, idempotentRepository: `#seen` } ; its own document",
            "pollEnrich ; { constant: `file:in` } ; enrich",
            "circuitBreaker ; { steps: [ { log: x } ] } ; docs/routes.md",
            "resequence ; { simple: `${header.n}`, steps: [ { log: x } ] } ; version"})
    void aStepThatIsNotListedIsRefusedWhereverItStands(String step, String options, String remedy) {
        var unlisted = "- " + step + ": " + options.replace('`', '"') + "\n";
        var bean = """
                - beans:
                    - name: seen
                      type: org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository
                """;
        var tried = "        - doTry:\n            steps: [ { log: x } ]\n            doFinally:\n              steps:\n";
        var handled = "- onException:\n    exception: [ java.lang.IllegalStateException ]\n    steps:\n";
        assertThat(errors(bean + route("kafka:orders", unlisted.indent(8) + BULK))).singleElement().asString()
                .startsWith("f.camel.yaml:9:11: ").contains(step, remedy);
        assertThat(errors(bean + route("kafka:orders", tried + unlisted.indent(16) + BULK))).singleElement().asString()
                .startsWith("f.camel.yaml:13:19: ").contains(step, remedy);
        assertThat(errors(bean + handled + unlisted.indent(8) + route("kafka:orders", BULK))).singleElement().asString()
                .startsWith("f.camel.yaml:7:11: ").contains(step, remedy);
    }

    @ParameterizedTest
    @ValueSource(strings = {"intercept", "interceptFrom", "interceptSendToEndpoint"})
    void stepsThatWouldComeBetweenOthersAreRefused(String item) {
        assertThat(errors("- " + item + ": { " + (item.equals("intercept") ? "" : "uri: \"direct:a\", ") + "steps: [ { log: x } ] }\n"
                + route("kafka:orders", BULK))).singleElement().asString().startsWith("f.camel.yaml:1:3: ").contains(item);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
            "errorHandler ; { deadLetterChannel: { deadLetterUri: 'log:bad' } } ; of all files",
            "dataFormats ; [ { json: { id: mine } } ] ; of all files",
            "routeConfiguration ; { id: x } ; no effect", "restConfiguration ; { component: platform-http } ; no effect",
            "rest ; { path: /x } ; no effect", "templatedRoute ; { routeTemplateRef: x } ; no effect",
            "routeTemplate ; { id: x, from: { uri: 'timer:x', steps: [ { log: x } ] } } ; no effect"})
    void whatIsNotOfTheFileAloneIsRefusedBesideARoute(String entry, String options, String why) {
        assertThat(errors("- " + entry + ": " + options + "\n" + route("kafka:orders", BULK))).singleElement().asString()
                .startsWith("f.camel.yaml:1:3: " + entry).contains(why);
    }

    @Test
    void anIdThatStandsTwiceInAFileIsReported() {
        var steps = "        - log: { id: x, message: a }\n        - filter:\n            id: %s\n            simple: \"true\"\n"
                + "            steps: [ { log: { id: %s, message: b } } ]\n";
        assertThat(errors(route("kafka:orders", steps.formatted("y", "x") + BULK))).singleElement().asString()
                .startsWith("f.camel.yaml:10:35: there is an id x already in this file");
        assertThat(errors(route("kafka:orders", steps.formatted("one", "z") + BULK))).singleElement().asString().contains("an id one already");
        assertThat(errors(route("kafka:orders", steps.formatted("y", "z") + BULK))).isEmpty();
    }

    /** As the service names it. */
    @Test
    void aRouteWithoutAnIdHasTheNameOfItsFile() {
        var nameless = route("kafka:orders", "        - log: { id: %s, message: a }\n" + BULK).replace("    id: one\n", "");
        assertThat(errors(nameless.formatted("f"))).singleElement().asString()
                .startsWith("f.camel.yaml:5:22: there is an id f already in this file");
        assertThat(errors(nameless.formatted("f-2"))).isEmpty();
        assertThat(errors(nameless.formatted("f-2") + nameless.formatted("y"))).singleElement().asString().contains("an id f-2 already");
        assertThat(errors(route("kafka:others", BULK).replace("one", "f") + nameless.formatted("f-2"))).singleElement().asString()
                .contains("an id f-2 already");

        var one = new RouteFile("routes/one.camel.yaml", "- from:\n    uri: kafka:orders\n    steps:\n" + BULK.indent(-2));
        var two = new RouteFile("two.camel.yaml", route("kafka:others", BULK));
        assertThat(check.check(List.of(one, two))).singleElement().asString()
                .startsWith("two.camel.yaml:2:9: there is a route one already, in routes/one.camel.yaml:2");
        assertThat(check.check(List.of(two, one))).singleElement().asString()
                .startsWith("routes/one.camel.yaml:2:5: there is a route one already, in two.camel.yaml:2");
    }

    @Test
    void anErrorHandlerOfARouteIsItsOwn() {
        assertThat(errors("""
                - route:
                    id: one
                    errorHandler: { deadLetterChannel: { deadLetterUri: "log:bad" } }
                    from:
                      uri: kafka:orders
                      steps:
                """ + BULK)).isEmpty();
    }

    @Test
    void aBoundThatTheThreadThatReadsWouldRunIntoIsRefused() {
        assertThat(errors(route("kafka:orders", "        - threads: { poolSize: 2, maxQueueSize: 10 }\n" + BULK))).singleElement()
                .asString().contains(":6:", "maxQueueSize is refused", "in flight");
        assertThat(errors(route("kafka:orders", "        - threads: { poolSize: 2 }\n" + BULK))).isEmpty();
    }

    @Test
    void aTimeAfterWhichPartsOfARecordAreOnTheirOwnIsRefused() {
        assertThat(errors(route("kafka:orders", "        - multicast: { timeout: 100, steps: [ { log: x } ] }\n" + BULK)))
                .singleElement().asString().contains(":6:", "timeout is refused", "let go of");
    }

    @Test
    void partsThatGoOnBesideOneThatStopsThemAreRefused() {
        var step = "        - split: { parallelProcessing: %s, stopOnException: true, simple: \"${body}\", steps: [ { log: x } ] }\n";
        assertThat(errors(route("kafka:orders", step.formatted("true") + BULK))).singleElement().asString()
                .contains(":6:", "stopOnException is refused", "let go of");
        assertThat(errors(route("kafka:orders", step.formatted("false") + BULK))).isEmpty();
        // Camel takes its threads, whatever parallelProcessing says.
        assertThat(errors(route("kafka:orders", step.formatted("false, executorService: \"#bulk\"") + BULK))).singleElement().asString()
                .contains(":6:", "stopOnException is refused", "executorService");
    }

    @Test
    void aQueueThatRecordsWouldBeLostInIsRefused() {
        assertThat(errors(route("kafka:orders", "        - to: seda:audit\n" + BULK))).singleElement().asString()
                .startsWith("f.camel.yaml:6:15: there is no component seda").contains("let go of before it is through", "direct", "consumersCount");
    }

    @Test
    void languagesAndDataFormatsThatAreNotInTheExecutableAreNamed() {
        assertThat(errors(route("kafka:orders", """
                        - unmarshal: { csv: {} }
                        - filter: { groovy: "true" }
                """ + BULK))).extracting(Finding::message).containsExactly("the data format csv is not in this executable",
                "the language groovy is not in this executable");
    }

    @ParameterizedTest
    @CsvSource({"Index, use operation=Bulk", "update, action: update", "Delete, action: delete"})
    void whatIsWrittenOtherwiseThanByABulkIsAWarning(String operation, String remedy) {
        var text = route("kafka:orders", "        - to: elasticsearch:es?indexName=orders&operation=" + operation + "\n");
        assertThat(findings(text)).singleElement().satisfies(f -> {
            assertThat(f.isError()).isFalse();
            assertThat(f.hint()).contains("#bulk", remedy);
        }).asString().startsWith("f.camel.yaml:6:15: warning: operation=" + operation);
        assertThat(findings(text.replace("kafka:orders", "timer:t"))).isEmpty();
        var behind = text.replace("kafka:orders", "direct:next").replace("id: one", "id: two");
        assertThat(findings(route("kafka:orders", "        - to: direct:next\n") + behind)).singleElement().asString()
                .startsWith("f.camel.yaml:12:15: warning: operation=" + operation);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Search", "GetById", "MultiGet", "MultiSearch", "Exists", "Ping"})
    void whatOnlyReadsIsNoFinding(String operation) {
        assertThat(findings(route("kafka:orders", "        - to: elasticsearch:es?indexName=orders&operation=" + operation + "\n" + BULK)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"to: direct:nex", "to: { uri: direct, parameters: { name: nex } }", "toD: direct:nex",
            "wireTap: { uri: \"direct:nex\" }", "enrich: { constant: \"direct:nex\" }",
            "recipientList: { constant: \"direct:next,direct:nex\" }", "routingSlip: { constant: { expression: \"log:a, direct:nex\" } }",
            "recipientList: { expression: { constant: \"direct:nex\" } }"})
    void aTargetThatNoRouteReadsIsAWarning(String step) {
        var text = route("kafka:orders", "        - " + step + "\n" + BULK);
        var next = new RouteFile("next.camel.yaml", route("direct:next", BULK).replace("id: one", "id: next"));
        assertThat(check.check(List.of(new RouteFile("f.camel.yaml", text), next))).singleElement().satisfies(f -> {
            assertThat(f.isError()).isFalse();
            assertThat(f.toString()).startsWith("f.camel.yaml:6:").endsWith("no route reads direct:nex; did you mean direct:next?");
        });
        assertThat(check.check(List.of(new RouteFile("f.camel.yaml", text.replaceAll("nex\\b", "next")), next))).isEmpty();
    }

    @Test
    void aTargetInAFileThatIsNotGivenIsAWarning() {
        assertThat(findings("- onException: { exception: [ java.lang.Exception ], steps: [ { to: \"direct:alarms\" } ] }\n"
                + route("kafka:orders", "        - toD: \"direct:${header.x}\"\n        - to: direct:{{absent:y}}?block=false\n" + BULK)))
                .extracting(Finding::toString).satisfiesExactly(
                        of -> assertThat(of).contains(":1:69: warning: no route reads direct:alarms; check its file together"),
                        of -> assertThat(of).contains(":8:15: warning: no route reads direct:y"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
            "split: { jsonpath: '$.[', steps: [ { log: x } ] } ; 30: jsonpath does not understand this: its end is missing",
            "split: { expression: { jsonpath: { expression: '$.[' } }, steps: [ { log: x } ] } ; 58: jsonpath does not understand this: ",
            "filter: { jsonpath: '$[?(@.a >', steps: [ { log: x } ] } ; 31: jsonpath does not understand this: ",
            "throttle: { constant: abc } ; 33: throttle wants a whole number, found 'abc'",
            "throttle: { expression: { constant: { expression: '{{my.secret}}' } } } ; 61: throttle wants a whole number, found '{{my.",
            "delay: { constant: 1s } ; 30: delay wants a whole number, found '1s'",
            "loop: { constant: many, steps: [ { log: x } ] } ; 29: loop wants a whole number, found 'many'",
            "convertBodyTo: { type: java.lang.Strin } ; 34: there is no class java.lang.Strin in this executable",
            "convertHeaderTo: { name: h, type: java.lang.Strin } ; 45: there is no class java.lang.Strin in this executable",
            "throwException: { exceptionType: java.lang.NoSuch, message: x } ; 44: there is no class java.lang.NoSuch",
            "doTry: { steps: [ { log: x } ], doCatch: [ { exception: [ No ], steps: [ { log: x } ] } ] } ; 69: there is no class No in",
            "unmarshal: { json: { unmarshalType: x.Y } } ; 47: there is no class x.Y in this executable",
            "setHeader: { name: h, simple: { expression: '${body}', resultType: x.Y } } ; 78: there is no class x.Y in this executable"})
    void aValueThatCamelOnlyLooksAtLaterIsRead(String step, String message) {
        assertThat(findings(route("kafka:orders", "        - " + step + "\n" + BULK))).singleElement().asString()
                .startsWith("f.camel.yaml:6:" + message);
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "split: { jsonpath: '$.a[*]', steps: [ { log: x } ] }", "filter: { jsonpath: 'a.b > 5', steps: [ { log: x } ] }",
            "setHeader: { name: h, jsonpath: '$.a[?(@.b == \"${header.c}\")]' }", "throttle: { constant: '{{absent:10}}' }",
            "delay: { simple: '${header.x}' }", "convertBodyTo: { type: 'byte[]' }", "convertBodyTo: { type: String }",
            "convertHeaderTo: { name: h, type: int }", "unmarshal: { json: { unmarshalType: java.util.Map } }",
            "setHeader: { name: h, simple: { expression: '1', resultType: Long } }", "loop: { constant: 2, steps: [ { log: x } ] }",
            "loop: { doWhile: true, jsonpath: 'a.b > 5', steps: [ { log: x } ] }"})
    void aValueThatCamelUnderstandsIsRight(String step) {
        assertThat(findings(route("kafka:orders", "        - " + step + "\n" + BULK))).isEmpty();
    }

    @Test
    void aCompletionOfZeroIsNone() {
        var text = route("kafka:orders", BULK);
        assertThat(errors(text.replace(" 1000", " 0").replace(" 200", " \"{{absent:0}}\""))).singleElement().asString()
                .contains("never completes");
        assertThat(findings(text.replace(" 200", " 0"))).singleElement().asString().contains("waits for the next record");
        assertThat(findings(text.replace(" 1000", " 0"))).isEmpty();
    }

    @Test
    void addressesAndUsersOfElasticsearchAreSettings() {
        assertThat(errors(route("kafka:orders", BULK.replace("indexName", "hostAddresses=localhost:9200&indexName"))))
                .singleElement().asString().contains("hostAddresses is refused");
    }

    private static String route(String uri, String steps) {
        return """
                - route:
                    id: one
                    from:
                      uri: %s
                      steps:
                """.formatted(uri) + steps;
    }

    private List<Finding> findings(String text) {
        return check.check(List.of(new RouteFile("f.camel.yaml", text)));
    }

    private List<Finding> errors(String text) {
        return findings(text).stream().filter(Finding::isError).toList();
    }
}

package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.stack.ElasticsearchServer;
import io.penstock.stack.PenstockProcess;
import io.penstock.stack.PenstockProcess.Ended;
import io.penstock.stack.Stack;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The commands for people who write routes, as processes of the packaged jar: what they print and how they end. */
class ToolsIT {

    private static final String ROUTE = """
            - route:
                id: orders
                from:
                  uri: kafka:orders
                  steps:
                    - unmarshal: { json: {} }
                    - filter:
                        simple: "${body[amount]} > 0"
                        steps:
                          - aggregate:
                              aggregationStrategy: "#bulk"
                              correlationExpression: { constant: all }
                              completionSize: 1000
                              completionTimeout: 60000
                              steps:
                                - to: elasticsearch:es?operation=Bulk&indexName=orders
            """;
    private static final String CASES = """
            # Orders that matter.
            - name: an order is stored
              records:
                - value: { amount: 5 }
                - file: more.ndjson
              expect:
                - document: { amount: %s }
                  index: orders
                  id: orders-0-0
                - contains: { amount: 7 }
                - dropped: true
            """;

    @TempDir
    Path folder;

    @BeforeEach
    void routeAndRecords() throws IOException {
        Files.writeString(folder.resolve("orders.camel.yaml"), ROUTE);
        Files.writeString(folder.resolve("more.ndjson"), "{\"amount\":7,\"x\":1}\n{\"amount\":0}\n");
    }

    @Test
    void testPassesAndSaysSo() throws Exception {
        Files.writeString(folder.resolve("orders.test.yaml"), CASES.formatted("5"));

        var ended = penstock("test", folder.toString(), "--junit", folder.resolve("junit.xml").toString());

        assertThat(ended.out()).contains("ok      an order is stored").contains("1 case, all passed")
                .contains("coverage: 6 of 6");
        assertThat(ended.err()).isEmpty();
        assertThat(ended.code()).isZero();
        var xml = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(folder.resolve("junit.xml").toFile());
        assertThat(xml.getElementsByTagName("testcase").getLength()).isOne();
        assertThat(xml.getElementsByTagName("failure").getLength()).isZero();
    }

    @Test
    void testFailsWithADiffAndUpdateMendsIt() throws Exception {
        var cases = folder.resolve("orders.test.yaml");
        var junit = folder.resolve("junit.xml");
        Files.writeString(folder.resolve("more.ndjson"), "{\"amount\":7,\"x\":1}\n");
        Files.writeString(cases, CASES.formatted("6").replace("    - dropped: true\n", ""));

        var failed = penstock("test", folder.toString(), "--junit", junit.toString());
        var updated = penstock("test", folder.toString(), "--update");
        var again = penstock("test", folder.toString());

        assertThat(failed.out()).contains("FAILED  an order is stored", "-   \"amount\": 6", "+   \"amount\": 5", " ms)", "1 case, 1 failed",
                "coverage: 5 of 6", "orders.camel.yaml:7: no case is dropped by this filter");
        var failures = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(junit.toFile()).getElementsByTagName("failure");
        assertThat(failures.item(0).getTextContent()).contains("\"amount\": 6");
        assertThat(failed.code()).isOne();
        assertThat(updated.code()).isZero();
        assertThat(Files.readString(cases)).startsWith("# Orders that matter.\n- name: an order is stored\n")
                .contains("amount: 5");
        assertThat(again.code()).isZero();
    }

    @Test
    void aStepHasItsNameWhateverWasTestedBefore() throws Exception {
        Files.writeString(folder.resolve("others.camel.yaml"), ROUTE.replace("orders", "others"));
        for (var name : List.of("orders", "others")) {
            Files.writeString(folder.resolve(name + ".test.yaml"), "- { name: no JSON, records: [{ value: x }] }\n");
        }

        assertThat(penstock("test", folder.toString(), "--update").code()).isZero();

        var last = folder.resolve("others.test.yaml");
        assertThat(last).content().contains("step: unmarshal1");
        assertThat(penstock("test", last.toString()).code()).isZero();
    }

    @Test
    void testOfTheShippedRoutePasses() throws Exception {
        assertThat(penstock("test")).satisfies(ended -> {
            assertThat(ended.out()).contains("4 cases, all passed");
            assertThat(ended.code()).isZero();
        });
    }

    @Test
    void watchRunsAgainWhenAFileIsSaved() throws Exception {
        var cases = folder.resolve("orders.test.yaml");
        Files.writeString(cases, CASES.formatted("6"));
        try (var watch = PenstockProcess.against("127.0.0.1:9", "http://127.0.0.1:9")
                .arguments("test", folder.toString(), "--watch").start()) {
            await().atMost(Duration.ofSeconds(60)).until(() -> watch.output().contains("1 failed"));
            Files.writeString(cases, CASES.formatted("5"));
            await().atMost(Duration.ofSeconds(30)).until(() -> watch.output().contains("all passed"));
        }
    }

    @Test
    void checkSaysWhereAndWhatAndFails() throws Exception {
        Files.writeString(folder.resolve("._orders.camel.yaml"), "what macOS leaves on other file systems");
        assertThat(penstock("check", folder.toString()).code()).isZero();
        Files.writeString(folder.resolve("orders.camel.yaml"), ROUTE.replace("- filter:", "- filtr:"));

        var ended = penstock("check", folder.toString());
        var json = penstock("check", "--json", folder.resolve("orders.camel.yaml").toString());

        assertThat(ended.out()).contains("orders.camel.yaml:7:11: there is no step filtr; did you mean filter?");
        assertThat(ended.code()).isOne();
        var finding = new ObjectMapper().readTree(json.out()).get(0);
        assertThat(finding.get("line").asInt()).isEqualTo(7);
        assertThat(finding.get("hint").asText()).isEqualTo("did you mean filter?");
        assertThat(penstock("check", folder.resolve("none").toString()).code()).isEqualTo(2);
    }

    @Test
    void checkOfNoRouteFileFailsAndSaysWhichNameItWants() throws Exception {
        var other = Files.createDirectory(folder.resolve("other"));
        Files.writeString(other.resolve("orders.test.yaml"), "");
        var yaml = Files.writeString(other.resolve("orders.yaml"), ROUTE);

        var none = penstock("check", other.toString());
        var misnamed = penstock("check", yaml.toString());

        assertThat(none.err()).contains("there is no route file (*.camel.yaml) in " + other + "; " + yaml
                + " is none: rename it to orders.camel.yaml");
        assertThat(none.code()).isOne();
        assertThat(misnamed.out()).contains("orders.yaml:1:1: warning: the service does not read a file of this name; rename it to");
        assertThat(misnamed.code()).isZero();
    }

    @Test
    void checkKnowsWhatItsUsersGetWrong() throws Exception {
        var bulk = ROUTE.substring(ROUTE.indexOf("              - aggregate")).indent(-4);
        var wrong = new LinkedHashMap<String, String>();
        wrong.put("this is not YAML", "- route: [");
        wrong.put("there is no step filtr; did you mean filter?", from("kafka:a", "- filtr: { simple: \"true\" }\n"));
        wrong.put("filter has no simpel; did you mean simple?", from("kafka:b", "- filter: { simpel: \"true\" }\n"));
        wrong.put("kafka has no option maxPolRecords; did you mean maxPollRecords?", from("kafka:c?maxPolRecords=5", ""));
        wrong.put("there is no component kafkaa in this executable; did you mean kafka?", from("kafka:d", "- to: kafkaa:x\n"));
        wrong.put("the language groovy is not in this executable", from("kafka:e", "- filter: { groovy: \"true\" }\n"));
        wrong.put("completionSize wants a number, found 'many'", ROUTE.replace("Size: 1000", "Size: many"));
        wrong.put("maxPollRecords wants a whole number, found 'few'", from("kafka:f?maxPollRecords=few", ""));
        wrong.put("the setting penstock.topik has no value; did you mean penstock.topic?", from("kafka:{{penstock.topik}}", ""));
        wrong.put("there is no bean bilk; did you mean bulk?", ROUTE.replace("#bulk", "#bilk"));
        wrong.put("is no regular expression", conversion("code: { match: '(' }"));
        wrong.put("field time: epoch secnds is not known; did you mean seconds?", conversion("time: { epoch: secnds }"));
        wrong.put("field time: format", conversion("time: { epoch: seconds, format: yyyy-bb }"));
        wrong.put("simple does not understand this", from("kafka:g", "- filter: { simple: \"${bodi} == 1\" }\n"));
        wrong.put("this aggregation never completes", ROUTE.replaceAll(" +completion(Size|Timeout).*\n", ""));
        wrong.put("only the bulk strategy keeps records until they are stored", ROUTE.replace("#bulk",
                "#class:org.apache.camel.processor.aggregate.GroupedBodyAggregationStrategy"));
        wrong.put("a bulk without an aggregation", from("kafka:h", "- to: elasticsearch:es?operation=Bulk&indexName=x\n"));
        wrong.put("this route takes records and stores none of them", from("kafka:i", "- to: log:x\n"));
        wrong.put("nothing says which index to store in", ROUTE.replace("&indexName=orders", ""));
        wrong.put("there is a route orders already", ROUTE);
        var file = 'a';
        for (var text : wrong.values()) {
            Files.writeString(folder.resolve(file++ + ".camel.yaml"), text);
        }

        var ended = penstock("check", "--json", folder.toString());

        var findings = new ObjectMapper().readTree(ended.out());
        var lines = new ArrayList<String>();
        findings.forEach(f -> lines.add(f.get("file").asText() + ':' + f.get("line").asInt() + ':' + f.get("column").asInt() + ": "
                + f.get("message").asText() + (f.get("hint").asText().isEmpty() ? "" : "; " + f.get("hint").asText())));
        file = 'a';
        for (var message : wrong.keySet()) {
            var place = folder.resolve(file++ + ".camel.yaml") + ":";
            assertThat(lines).as(message).anyMatch(line -> line.startsWith(place) && line.contains(message));
        }
        assertThat(ended.code()).isOne();
    }

    private static String from(String uri, String steps) {
        return "- route:\n    from:\n      uri: " + uri + "\n      steps:\n" + (steps + "- to: elasticsearch:es?operation=Index&indexName=x\n")
                .replaceAll("- to: log:x\n.*\n", "- to: log:x\n").indent(8);
    }

    private static String conversion(String fields) {
        return "- beans:\n    - name: c\n      type: io.penstock.convert.FieldConversion\n      properties:\n        fields: |\n          " + fields + "\n";
    }

    @Test
    void schemaKnowsOurBeans() throws Exception {
        var schema = new ObjectMapper().readTree(penstock("schema").out());
        assertThat(schema.at("/items/definitions/org.apache.camel.model.BeanFactoryDefinition/anyOf").size()).isEqualTo(3);
    }

    @Test
    void trySaysWhatEachStepDoes() throws Exception {
        var route = folder.resolve("orders.camel.yaml").toString();
        var passed = penstock("try", route, "--record", "{\"amount\":5}");
        var dropped = penstock("try", route, "--record", "@" + Files.writeString(folder.resolve("dropped.json"), "{\"amount\":0}"));
        var failed = penstock("try", route, "--record", "no JSON");
        Files.writeString(folder.resolve("orders.camel.yaml"), ROUTE.replace("{ json: {} }\n",
                "{ json: {} }\n        - setVariable: { name: paid, simple: \"${body[amount]}\" }\n"));
        var variable = penstock("try", route, "--record", "{\"amount\":5}");

        assertThat(passed.out()).contains("unmarshal", "${body[amount]} is 5", "passed", "index in orders, id orders-0-0");
        assertThat(passed.code()).isZero();
        assertThat(dropped.out()).contains("${body[amount]} is 0", "dropped: nothing is stored");
        assertThat(dropped.code()).isZero();
        assertThat(failed.out()).contains("=> dead letter from step unmarshal1");
        assertThat(failed.code()).isOne();
        assertThat(variable.out()).contains("      variable paid: 5\n");
    }

    @Test
    void tryAndTestRefuseWhatTheServiceRefuses() throws Exception {
        var route = folder.resolve("orders.camel.yaml");
        Files.writeString(route, ROUTE.replace("{ json: {} }\n", "{ json: {} }\n        - removeProperties: \"*\"\n"));
        Files.writeString(folder.resolve("orders.test.yaml"), CASES.formatted(5));
        var tried = penstock("try", route.toString(), "--record", "{\"amount\":5}");
        var tested = penstock("test", folder.toString());

        var refusal = route + ":7:11: the step removeProperties is refused";
        assertThat(tried.err()).startsWith("penstock: " + refusal).hasLineCount(1);
        assertThat(tried.code()).isOne();
        assertThat(tested.out()).contains("  FAILED  " + refusal);
        assertThat(tested.code()).isOne();
    }

    @Test
    void tryOfARecordFromAFileThatIsNotThereSaysSoInALine() throws Exception {
        var route = folder.resolve("orders.camel.yaml").toString();
        for (var file : List.of("nosuch.json", "")) {
            var ended = penstock("try", route, "--record=@" + file);
            assertThat(ended.err()).isEqualTo("penstock: --record @" + file + ": there is no file '" + file + "'\n");
            assertThat(ended.code()).isEqualTo(2);
        }
    }

    @Test
    void tryFromNowhereSaysWhereItMayBegin() {
        for (var from : List.of("abc", "-1", "18446744073709551615", "")) {
            var ended = penstock("try", folder.resolve("orders.camel.yaml").toString(), "--topic", "orders", "--from=" + from);

            assertThat(ended.err()).isEqualTo("penstock: --from is " + from + ": use latest, earliest or an offset\n");
            assertThat(ended.code()).isEqualTo(2);
        }
    }

    @Test
    void tryOfNoRecordsSaysHowManyThereMayBe() {
        var ended = penstock("try", folder.resolve("orders.camel.yaml").toString(), "--topic", "orders", "-n", "-3");

        assertThat(ended.err()).isEqualTo("penstock: -n is -3: set it to 1 or more\n");
        assertThat(ended.code()).isEqualTo(2);
    }

    @Test
    void replaySendsDeadLettersThroughTheMendedRoute() throws Exception {
        var stack = Stack.shared();
        stack.kafka().createTopic("letters", 1);
        var routes = Files.createDirectory(folder.resolve("routes"));
        var file = routes.resolve("orders.camel.yaml");
        var mended = ROUTE.replace("orders", "letters").replace("completionTimeout: 60000", "completionTimeout: 100");
        Files.writeString(file, mended.replace("${body[amount]} > 0", "${body[amounts][0]} > 0"));
        try (var service = PenstockProcess.against(stack).group("letters").routes(routes).start().awaitReady();
                var producer = stack.kafka().producer()) {
            for (int i = 0; i < 3; i++) {
                var value = "{\"amount\":" + i + ",\"amounts\":\"" + i + "\"}";
                producer.send(new ProducerRecord<>("letters", 0, 1595944295000L + i, new byte[] {(byte) i}, value.getBytes(StandardCharsets.UTF_8))).get();
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> service.metric("penstock_records_dead_lettered_total") == 3);
            assertThat(service.terminate()).isZero();
        }
        Files.writeString(file, mended);

        var named = replay(stack, routes, "--dry-run");
        var other = replay(stack, routes, "--route", "other");
        var sent = replay(stack, routes);
        var again = replay(stack, routes);

        assertThat(named.out()).contains("letters-0@0, route letters: ").contains("3 dead letters would be sent, 0 others would not");
        assertThat(other.out()).contains("0 dead letters sent").contains("3 not chosen");
        assertThat(sent.out()).contains("3 dead letters sent: 2 stored, 1 dropped by their route, 0 dead letters again");
        assertThat(sent.code()).as(sent.err()).isZero();
        assertThat(again.out()).contains("0 dead letters sent");
        stack.elasticsearch().refresh("letters");
        assertThat(stack.elasticsearch().documents("letters")).extracting(ElasticsearchServer.Document::id).containsExactlyInAnyOrder("letters-0-1", "letters-0-2");
    }

    @Test
    void replaySendsALetterThroughNoOtherRouteThanItsOwn() throws Exception {
        var stack = Stack.shared();
        stack.kafka().createTopic("twice.dead-letters", 1);
        var routes = Files.createDirectory(folder.resolve("routes"));
        var route = ROUTE.replace("completionTimeout: 60000", "completionTimeout: 100");
        Files.writeString(routes.resolve("a.camel.yaml"), route.replace("kafka:orders", "kafka:twice?groupId=x").replace("orders", "twice-a"));
        var other = Files.writeString(routes.resolve("b.camel.yaml"),
                route.replace("kafka:orders", "kafka:twice?groupId=y").replace("orders", "twice-b"));
        try (var producer = stack.kafka().producer()) {
            var letter = new ProducerRecord<byte[], byte[]>("twice.dead-letters", "{\"amount\":1}".getBytes(StandardCharsets.UTF_8));
            Map.of("topic", "twice", "partition", "0", "offset", "7", "timestamp", "1595944295000", "route", "twice-b")
                    .forEach((name, value) -> letter.headers().add("penstock-" + name, value.getBytes(StandardCharsets.UTF_8)));
            producer.send(letter).get();
        }

        var refused = replayOf("twice", stack, routes);
        Files.delete(other);
        var missing = replayOf("twice", stack, routes);

        assertThat(refused.err()).contains("b.camel.yaml", "penstock: nothing is sent, as not every route file runs");
        assertThat(refused.code()).isOne();
        assertThat(missing.out()).contains("1 are of routes that do not run: twice-b (--routes)", "0 dead letters sent");
        assertThat(missing.code()).isOne();
        assertThat(stack.kafka().committedOffsets("twice-replay")).isEmpty();
    }

    private static Ended replay(Stack stack, Path routes, String... options) throws Exception {
        return replayOf("letters", stack, routes, options);
    }

    private static Ended replayOf(String topic, Stack stack, Path routes, String... options) throws Exception {
        var arguments = new ArrayList<>(List.of("replay", topic + ".dead-letters", "--routes", routes.toString(), "-Dpenstock.group.id=" + topic,
                "-Dkafka.bootstrap.servers=" + stack.kafka().bootstrapServers(), "-Delasticsearch.hosts=" + stack.elasticsearch().host()));
        arguments.addAll(List.of(options));
        return penstock(arguments.toArray(String[]::new));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void tryAndTestSayInOneLineThatAFileCannotBeRead() throws Exception {
        // What fails for every user, even for root
        var unreadable = Files.createSymbolicLink(folder.resolve("unreadable.camel.yaml"), Path.of("/proc/self/mem"));
        Files.writeString(folder.resolve("unreadable.test.yaml"), CASES.formatted("5"));

        var tried = penstock("try", unreadable.toString(), "--record", "{}");
        var tested = penstock("test", folder.resolve("unreadable.test.yaml").toString());

        assertThat(tried.err()).startsWith("penstock: " + unreadable + ": the file can't be read (java.io.IOException: ").hasLineCount(1);
        assertThat(tried.code()).isOne();
        assertThat(tested.out()).contains(unreadable + ": the file can't be read (java.io.IOException: ");
        assertThat(tested.err()).isEmpty();
        assertThat(tested.code()).isOne();
    }

    @Test
    void tryReadsRealRecordsAndLeavesNoTrace() throws Exception {
        var kafka = Stack.shared().kafka();
        kafka.createTopic("tried", 2);
        sendAmounts("tried", 5);

        var ended = penstock("try", folder.resolve("orders.camel.yaml").toString(), "--topic", "tried", "--from", "latest", "-n",
                "2", "-Dkafka.bootstrap.servers=" + kafka.bootstrapServers());

        assertThat(ended.out()).contains("${body[amount]} is 4", "${body[amount]} is 5").doesNotContain("is 3");
        assertThat(ended.code()).isZero();
        assertThat(kafka.admin().listGroups().all().get()).noneMatch(group -> group.groupId().startsWith("penstock-try"));
    }

    @Test
    void tryReadsAsManyAsItIsAskedFor() throws Exception {
        var kafka = Stack.shared().kafka();
        kafka.createTopic("tried-much", 1);
        sendAmounts("tried-much", 1_400);

        // A poll of Kafka's client brings 500 at most.
        var ended = penstock("try", folder.resolve("orders.camel.yaml").toString(), "--topic", "tried-much", "--from", "100", "-n",
                "1200", "-Dkafka.bootstrap.servers=" + kafka.bootstrapServers());

        assertThat(ended.out()).contains("${body[amount]} is 101]", "${body[amount]} is 1300]")
                .doesNotContain("${body[amount]} is 100]", "${body[amount]} is 1301]");
        assertThat(ended.code()).isZero();
    }

    /** Amounts from 1 on, one after another. */
    private static void sendAmounts(String topic, int count) throws Exception {
        try (var producer = Stack.shared().kafka().producer()) {
            for (int i = 1; i <= count; i++) {
                producer.send(new ProducerRecord<>(topic, ("{\"amount\":" + i + "}").getBytes(StandardCharsets.UTF_8))).get();
            }
        }
    }

    @Test
    void tryOfATopicThatCannotBeReadNamesTheSettings() throws Exception {
        var ended = penstock("try", folder.resolve("orders.camel.yaml").toString(), "--topic", "orders", "-Dkafka.bootstrap.servers=127.0.0.1:9");

        assertThat(ended.err()).startsWith("penstock: Kafka: TimeoutException: ").contains("kafka.bootstrap.servers").hasLineCount(1);
        assertThat(ended.code()).isEqualTo(2);
    }

    private static Ended penstock(String... args) {
        return PenstockProcess.run(Path.of("").toAbsolutePath(), args);
    }
}

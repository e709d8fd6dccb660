package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.stack.PenstockProcess;
import io.penstock.stack.Stack;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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

    private record Ended(int code, String out, String err) {
    }

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
        Files.writeString(cases, CASES.formatted("6"));

        var failed = penstock("test", folder.toString());
        var updated = penstock("test", folder.toString(), "--update");
        var again = penstock("test", folder.toString());

        assertThat(failed.out()).contains("FAILED  an order is stored", "-   \"amount\": 6", "+   \"amount\": 5");
        assertThat(failed.code()).isOne();
        assertThat(updated.code()).isZero();
        assertThat(Files.readString(cases)).startsWith("# Orders that matter.\n- name: an order is stored\n")
                .contains("amount: 5");
        assertThat(again.code()).isZero();
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
        var out = Files.createTempFile("watch", ".out");
        var process = start(out, "test", folder.toString(), "--watch");
        try {
            await().atMost(Duration.ofSeconds(60)).until(() -> Files.readString(out).contains("1 failed"));
            Files.writeString(cases, CASES.formatted("5"));
            await().atMost(Duration.ofSeconds(30)).until(() -> Files.readString(out).contains("all passed"));
        } finally {
            process.destroy();
            process.waitFor(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void checkSaysWhereAndWhatAndFails() throws Exception {
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
    void schemaKnowsOurBeans() throws Exception {
        var schema = new ObjectMapper().readTree(penstock("schema").out());
        assertThat(schema.at("/items/definitions/org.apache.camel.model.BeanFactoryDefinition/anyOf").size()).isEqualTo(3);
    }

    @Test
    void trySaysWhatEachStepDoes() throws Exception {
        var route = folder.resolve("orders.camel.yaml").toString();
        var passed = penstock("try", route, "--record", "{\"amount\":5}");
        var dropped = penstock("try", route, "--record", "{\"amount\":0}");

        assertThat(passed.out()).contains("unmarshal", "${body[amount]} is 5", "passed", "index in orders, id orders-0-0");
        assertThat(passed.code()).isZero();
        assertThat(dropped.out()).contains("${body[amount]} is 0", "dropped: nothing is stored");
    }

    @Test
    void tryReadsRealRecordsAndLeavesNoTrace() throws Exception {
        var kafka = Stack.shared().kafka();
        kafka.createTopic("tried", 2);
        try (var producer = kafka.producer()) {
            for (int i = 1; i <= 5; i++) {
                var value = "{\"amount\":" + i + "}";
                producer.send(new ProducerRecord<>("tried", value.getBytes(StandardCharsets.UTF_8))).get();
            }
        }

        var ended = penstock("try", folder.resolve("orders.camel.yaml").toString(), "--topic", "tried", "--from", "latest", "-n",
                "2", "-Dkafka.bootstrap.servers=" + kafka.bootstrapServers());

        assertThat(ended.out()).contains("${body[amount]} is 4", "${body[amount]} is 5").doesNotContain("is 3");
        assertThat(ended.code()).isZero();
        assertThat(kafka.admin().listGroups().all().get()).noneMatch(group -> group.groupId().startsWith("penstock-try"));
    }

    private static Ended penstock(String... args) throws Exception {
        var out = Files.createTempFile("penstock", ".out");
        var err = Files.createTempFile("penstock", ".err");
        var process = new ProcessBuilder(command(args)).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("ends by itself").isTrue();
        return new Ended(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8), Files.readString(err));
    }

    private static Process start(Path out, String... args) throws IOException {
        return new ProcessBuilder(command(args)).redirectOutput(out.toFile()).redirectErrorStream(true).start();
    }

    private static List<String> command(String... args) {
        var command = new ArrayList<>(PenstockProcess.program());
        command.addAll(List.of(args));
        return command;
    }
}

package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.route.check.Vocabulary;
import io.penstock.stack.PenstockProcess;
import io.penstock.stack.PenstockProcess.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example routes, and a route for all that the docs say a route can use, on the packaged service as its users run it. */
class ExamplesIT {

    private static final String CASE = """
            - name: %s
              record: { value: { a: 1, items: [1, 2], s: "x,y" } }
              expect: { document: { ok: true } }
            """;

    @TempDir
    Path folder;

    @Test
    void everyExampleIsRight() throws Exception {
        assertThat(penstock("check", "examples")).isEqualTo(new Ended(0, "", ""));
    }

    @Test
    void everyExamplePassesItsTestsWhichReachEveryStep() throws Exception {
        var ended = penstock("test", "examples");

        assertThat(ended.code()).as(ended.out()).isZero();
        var coverage = Pattern.compile("coverage: (\\d+) of (\\d+)").matcher(ended.out()).results().toList();
        assertThat(coverage).hasSameSizeAs(files(".camel.yaml")).allSatisfy(c -> assertThat(c.group(1)).isEqualTo(c.group(2)));
        assertThat(files(".test.yaml")).hasSameSizeAs(files(".camel.yaml"));
    }

    @Test
    void allThatTheDocsListRuns() throws Exception {
        for (var route : Vocabulary.routes().entrySet()) {
            var name = route.getKey().replace(' ', '-');
            Files.writeString(folder.resolve(name + ".camel.yaml"), route.getValue());
            Files.writeString(folder.resolve(name + ".test.yaml"), CASE.formatted(name));
        }

        var ended = penstock("test", folder.toString());

        assertThat(ended.code()).as(ended.out()).isZero();
        assertThat(ended.out()).contains(Vocabulary.routes().size() + " cases, all passed");
    }

    @Test
    void whatIsNotInTheImageIsNamed() throws Exception {
        Files.writeString(folder.resolve("x.camel.yaml"), """
                - route:
                    from:
                      uri: kafka:t
                      steps:
                        - filter: { groovy: "body.a == 1", steps: [ { to: "jms:queue" } ] }
                        - unmarshal: { avro: {} }
                        - to: elasticsearch:es?operation=Index&indexName=i
                """);

        var ended = penstock("check", folder.toString());

        assertThat(ended.out()).contains("there is no component jms in this executable", "groovy", "avro");
        assertThat(ended.code()).isOne();
    }

    private static List<Path> files(String ending) throws IOException {
        try (var files = Files.list(Path.of("examples"))) {
            return files.filter(file -> file.toString().endsWith(ending)).toList();
        }
    }

    private static Ended penstock(String... args) {
        return PenstockProcess.run(Path.of("").toAbsolutePath(), args);
    }
}

package io.penstock.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.route.check.Finding;
import io.penstock.route.check.RouteCheck;
import io.penstock.route.check.RouteCheck.RouteFile;
import io.penstock.route.check.Vocabulary;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.camel.model.ChoiceDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read of a route file, and what is refused in it. */
class RouteReaderTest extends RoutesFixture {

    @ParameterizedTest
    @ValueSource(strings = { "discardOnCompletionTimeout", "discardOnAggregationFailure", "optimisticLocking",
            "ignoreInvalidCorrelationKeys" })
    void anAggregationThatWouldLoseDocumentsIsRefused(String option) {
        for (String value : List.of("true", "TRUE", "\"{{absent:true}}\"")) {
            assertThatThrownBy(() -> reader().read(file("a", aggregate("\"#bulk\", " + option + ": " + value)))).as(value)
                    .hasMessageContaining(option + " is refused in front of a bulk");
        }
        assertThatCode(() -> reader().read(file("a", aggregate("\"#bulk\", " + option + ": \"{{absent:false}}\""))))
                .doesNotThrowAnyException();
    }

    @Test
    void stepsThatTheDocsDoNotListAreRefused() {
        var step = "{ idempotentConsumer: { simple: \"${header.id}\", idempotentRepository: \"#seen\", steps: [ { log: x } ] } }";
        var beans = """
                - beans:
                    - name: seen
                      type: org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository
                """;
        var from = "- route:\n    from:\n      uri: direct:one\n      steps:\n        - ";
        for (String place : List.of(from + step, from + "split: { simple: \"${body}\", steps: [ " + step + " ] }",
                from + "choice: { when: [ { simple: \"true\", steps: [ " + step + " ] } ] }",
                from + "choice: { when: [ { simple: \"true\", steps: [ { log: x } ] } ], otherwise: { steps: [ " + step + " ] } }",
                from + "doTry: { steps: [ { log: x } ], doCatch: [ { exception: [ java.lang.Exception ], steps: [ " + step + " ] } ] }",
                from + "doTry: { steps: [ { log: x } ], doFinally: { steps: [ " + step + " ] } }",
                "- onException: { exception: [ java.lang.Exception ], steps: [ " + step + " ] }\n" + answer("one", "1"))) {
            assertThatThrownBy(() -> reader().read(file("a", beans, place)), place).hasMessageContaining("idempotentConsumer is refused")
                    .hasMessageContaining("its own document");
        }
        assertThatThrownBy(() -> reader().read(file("a", "- intercept: { steps: [ { log: x } ] }\n", answer("one", "1"))))
                .hasMessageContaining("intercept");
    }

    @Test
    void everyStepThatTheDocsListIsTakenIn() {
        Vocabulary.routes().forEach((name, text) -> assertThatCode(() -> reader().read(file("a", text))).as(name).doesNotThrowAnyException());
    }

    @Test
    void aQueueThatTheThreadThatReadsWouldRunIntoIsRefused() {
        assertThatThrownBy(() -> reader().read(file("a", """
                - route:
                    from:
                      uri: direct:one
                      steps:
                        - threads: { maxQueueSize: 10 }
                """))).hasMessageContaining("maxQueueSize is refused");
        for (String step : List.of("multicast: { timeout: 100, steps: [ { log: x } ] }",
                "recipientList: { timeout: 100, constant: \"log:x\" }",
                "split: { timeout: 100, simple: \"${body}\", steps: [ { log: x } ] }")) {
            assertThatThrownBy(() -> reader().read(file("a", "- route:\n    from:\n      uri: direct:one\n      steps:\n        - " + step)))
                    .hasMessageContaining("timeout is refused");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s, %s", "%s, { log: x }, %s", "%s, { filter: { simple: \"true\", steps: [ %s ] } }",
            "%s, { multicast: { steps: [ { log: x }, %s ] } }", "{ filter: { simple: \"true\", steps: [ %s, %s ] } }"})
    void aBulkThatWouldStoreTheAnswerOfAnotherIsRefused(String steps) {
        var text = groupOf(steps);
        assertThatThrownBy(() -> reader().read(file("a", text))).hasMessageContaining("put both into a multicast");
        assertThat(check(text)).singleElement().asString().contains("put both into a multicast");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{ multicast: { steps: [ %s, %s ] } }", "%s, { setBody: { simple: \"${map(n,${body.stored})}\" } }, %s",
            "{ choice: { when: [ { simple: \"true\", steps: [ %s ] } ], otherwise: { steps: [ %s ] } } }"})
    void twoBulksThatStoreDocumentsAreRight(String steps) {
        var text = groupOf(steps);
        assertThatCode(() -> reader().read(file("a", text))).doesNotThrowAnyException();
        assertThat(check(text)).isEmpty();
    }

    private static String groupOf(String steps) {
        return aggregate("\"#bulk\"").replace("completionSize: 10", "completionSize: 10, completionTimeout: 200").replace("{ log: x }",
                steps.formatted("{ to: \"elasticsearch:es?operation=Bulk&indexName=a\" }",
                        "{ to: { uri: \"elasticsearch:es\", parameters: { operation: Bulk, indexName: b } } }"));
    }

    private static List<Finding> check(String text) {
        return new RouteCheck(_ -> Optional.empty(), List::of).check(List.of(new RouteFile("a.camel.yaml", text)));
    }

    @Test
    void partsThatWouldGoOnWhileTheRecordIsLetGoOfAreRefused() {
        for (String step : List.of("multicast: { %s, steps: [ { log: x } ] }", "recipientList: { %s, constant: \"log:x\" }",
                "split: { %s, simple: \"${body}\", steps: [ { log: x } ] }")) {
            var text = "- route:\n    from:\n      uri: direct:one\n      steps:\n        - " + step;
            assertThatThrownBy(() -> reader().read(file("a", text.formatted("parallelProcessing: true, stopOnException: \"{{absent:true}}\""))))
                    .hasMessageContaining("stopOnException is refused");
            assertThatThrownBy(() -> reader().read(file("a", text.formatted("executorService: \"#threads\", stopOnException: true"))))
                    .hasMessageContaining("stopOnException is refused");
            assertThatCode(() -> reader().read(file("a", text.formatted("parallelProcessing: false, stopOnException: true"))))
                    .doesNotThrowAnyException();
            assertThatCode(() -> reader().read(file("a", text.formatted("parallelProcessing: true")))).doesNotThrowAnyException();
        }
    }

    @Test
    void aStepHasTheLineOfItsNameHoweverItIsWritten() throws Exception {
        var version = reader().read(file("a", """
                - route:
                    from:
                      uri: direct:one
                      steps:
                        - log: x
                        - filter: { simple: "true", steps: [ { log: y },
                                                             { log: z } ] }
                        - filter:
                            # why
                            simple: "true"
                            steps:
                              - setBody:
                                  constant: x
                        - choice:
                            when:
                              - simple: "true"
                                steps: [ { log: x } ]
                              - { simple: "true", steps: [ { log: x } ] }
                            otherwise:
                              steps:
                                - stop: {}
                """));

        var lines = new ArrayList<String>();
        lines(version.routes().getFirst().getOutputs(), lines);

        assertThat(lines).containsExactly("log 5", "filter 6", "log 6", "log 7", "filter 8", "setBody 12", "choice 14", "when 16", "log 17",
                "when 18", "log 18", "otherwise 19", "stop 21");
    }

    private static void lines(List<ProcessorDefinition<?>> steps, List<String> lines) {
        for (var step : steps) {
            lines.add(step.getShortName() + ' ' + step.getLineNumber());
            if (step instanceof ChoiceDefinition choice) {
                for (var when : choice.getWhenClauses()) {
                    lines.add("when " + when.getLineNumber());
                    lines(when.getOutputs(), lines);
                }
                lines.add("otherwise " + choice.getOtherwise().getLineNumber());
                lines(choice.getOtherwise().getOutputs(), lines);
            } else {
                lines(step.getOutputs(), lines);
            }
        }
    }
}

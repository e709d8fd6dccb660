package io.penstock.route;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.route.check.Vocabulary;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read of a route file, and what is refused in it. */
class RouteReaderTest extends RoutesFixture {

    @ParameterizedTest
    @ValueSource(strings = { "discardOnCompletionTimeout", "discardOnAggregationFailure", "optimisticLocking" })
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
}

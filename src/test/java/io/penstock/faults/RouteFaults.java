package io.penstock.faults;

import io.penstock.stack.Audit;
import java.util.List;
import java.util.function.Predicate;

/** The route's author was wrong: every record still has to end somewhere. */
final class RouteFaults {

    private static final String ROUTE = """
            - beans:
                - name: tradeError
                  type: io.penstock.convert.FieldConversion
                  properties:
                    into: msgBody
                    fields: |
                      timestamp:  { epoch: seconds, format: "yyyy-MM-dd HH:mm:ss", zone: Asia/Shanghai }
                      returnCode: { type: integer }
                      returnError, returnMessage, requestId: { from: returnMessage, match: '^(.*?)\\[(.*)\\]\\[seqId:(.*)\\]$' }
                - name: strategy
                  type: io.penstock.sink.BulkStrategy
                  properties: { %s }
            - route:
                id: mistaken
                from:
                  uri: kafka:{{penstock.topic}}
                  steps:
                    - unmarshal: { json: {} }
                    - filter:
                        simple: "%s"
                        steps:
            %s              - process: { ref: tradeError }
                          - aggregate:
                              aggregationStrategy: "#strategy"
                              correlationExpression: { %s }
                              completionSize: 500
                              completionTimeout: 200
                              steps:
                                - to: elasticsearch:es?operation=Bulk&indexName={{penstock.index}}
            """;

    private RouteFaults() {
    }

    static List<Scenario> all() {
        return List.of(
                Scenario.of("filter-throws", "the filter's expression fails on every record with data",
                        trial -> play(trial, "action: index", "${body[data][0][price]} != 1 && ${body[returnCode]} != 0", "",
                                "constant: all", RouteFaults::nothingLost)),
                Scenario.of("step-throws", "a step throws on one record in a hundred",
                        trial -> play(trial, "action: index", "${body[returnCode]} != 0", """
                                  - filter:
                                      simple: "${body[eventId]} endsWith '77'"
                                      steps:
                                        - throwException:
                                            exceptionType: java.lang.IllegalArgumentException
                                            message: seventy-seven
                    """, "constant: all", RouteFaults::nothingLost)),
                Scenario.of("correlation-null", "the aggregation's correlation expression is null",
                        trial -> play(trial, "action: index", "${body[returnCode]} != 0", "", "simple: \"${header.none}\"",
                                audit -> nothingLost(audit) && audit.stored() == 0)),
                Scenario.of("index-illegal", "the index's expression gives illegal names, a new one for each record",
                        trial -> play(trial, "index: \"Not An Index/${body[msgBody][returnCode]}\"", "${body[returnCode]} != 0", "",
                                "constant: all", audit -> nothingLost(audit) && audit.stored() == 0)));
    }

    private static void play(Trial trial, String strategy, String filter, String step, String correlation, Predicate<Audit> right)
            throws Exception {
        trial.routes(ROUTE.formatted(strategy, filter, step, correlation));
        trial.begin();
        trial.repeat(3, () -> { });
        trial.expect(right);
    }

    /** What the mistake hits is a dead letter, with the record unchanged; all else goes its way. */
    private static boolean nothingLost(Audit audit) {
        return audit.lost().isEmpty() && audit.unexplained().isEmpty() && audit.wrongContent().isEmpty()
                && audit.duplicated().isEmpty() && audit.wronglyStored().isEmpty() && audit.uncommitted().isEmpty()
                && audit.wronglyDeadLettered().size() + audit.repeatedDeadLetters().size() > 0;
    }
}

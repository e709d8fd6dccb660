package io.penstock.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.stack.Audit;
import io.penstock.stack.PenstockProcess;
import io.penstock.stack.Stack;
import io.penstock.stack.TopicReader;
import io.penstock.stack.TradeRecords;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Elasticsearch operations other than Bulk: Camel's own, on the one client, in the process as it is run. */
class OperationsIT {

    private final Stack stack = Stack.shared();
    private final String topic = "operations-" + UUID.randomUUID().toString().substring(0, 8);

    @Test
    void aRecordGoesThroughEach(@TempDir Path routes) throws Exception {
        Files.writeString(routes.resolve("operations.camel.yaml"), """
                - route:
                    from:
                      uri: kafka:{{penstock.topic}}
                      steps:
                        - setHeader: { name: indexId, constant: a }
                        - setBody: { constant: '{"n":1,"text":"one"}' }
                        - to: elasticsearch:es?operation=Index&indexName={{penstock.index}}
                        - setBody: { constant: '{"doc":{"n":2}}' }
                        - to: elasticsearch:es?operation=Update&indexName={{penstock.index}}
                        - setBody: { constant: a }
                        - to: elasticsearch:es?operation=GetById&indexName={{penstock.index}}
                        - setBody: { constant: '{"query":{"match":{"text":"one"}}}' }
                        - to: elasticsearch:es?operation=Search&indexName={{penstock.index}}
                        - setBody: { constant: missing }
                        - to: elasticsearch:es?operation=Delete&indexName={{penstock.index}}
                """);
        stack.kafka().createTopic(topic, 1);
        new TradeRecords(1).produce(stack.kafka(), topic, 0, 1);

        try (var _ = PenstockProcess.against(stack).topic(topic).index(topic).group(topic).routes(routes).start()) {
            await().atMost(Duration.ofMinutes(2)).until(() -> Audit.uncommitted(stack.kafka(), topic, topic).isEmpty());

            var letters = new ArrayList<String>();
            TopicReader.read(stack.kafka(), topic + ".dead-letters", letter -> letters.add(letter.headers().toString()));
            assertThat(letters).isEmpty();
            assertThat(stack.elasticsearch().get("/" + topic + "/_doc/a").body().at("/_source")).hasToString("{\"n\":2,\"text\":\"one\"}");
        }
    }
}

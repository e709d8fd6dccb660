package io.penstock.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.delivery.Delivery;
import io.penstock.source.DeadLetterTopics;
import io.penstock.source.fed.FedClientFactory;
import io.penstock.source.fed.Feeds;
import io.penstock.source.fed.GroupCommit;
import io.penstock.sink.Backoff;
import io.penstock.sink.BulkBatch;
import io.penstock.sink.BulkSettings;
import io.penstock.sink.BulkStrategy;
import io.penstock.sink.Recorder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of an error that is none of its record. */
class StepErrorsTest extends RoutesFixture {

    /** It would be the end of the thread otherwise, without a word. */
    @ParameterizedTest
    @ValueSource(strings = {"{ filter: { simple: \"${body} regex '(.|x)*y'\", steps: [ { log: x } ] } }",
            "{ process: { ref: overflowing } }", "{ process: { ref: unlinked } }",
            "{ doTry: { steps: [ { process: { ref: overflowing } } ], doFinally: { steps: [ { log: x } ] } } }",
            "{ split: { constant: \"one\", steps: [ { process: { ref: overflowing } } ] } }",
            "{ multicast: { parallelProcessing: true, steps: [ { process: { ref: overflowing } } ] } }",
            "{ threads: {} }, { process: { ref: overflowing } }",
            "{ process: { ref: document } }, { aggregate: { aggregationStrategy: \"#own\", correlationExpression: { constant: x }, completionSize: 1, "
                    + "steps: [ { process: { ref: overflowing } } ] } }"})
    void anErrorInAStepMakesItsRecordADeadLetterAndReadingGoesOn(String steps) {
        var feeds = new Feeds(new DeadLetterTopics("kafka:{topic}.dead-letters"));
        pushMode(new FedClientFactory(feeds, new GroupCommit(inFlight, () -> { }, Duration.ZERO)));
        var recorder = new Recorder(new BulkSettings(1000, Duration.ofSeconds(1), 1, new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(1))));
        context.getRegistry().bind("own", new BulkStrategy(recorder));
        context.getRegistry().bind("document", (Processor) exchange -> exchange.getMessage().setBody(Map.of("a", 1)));
        context.getRegistry().bind("overflowing", (Processor) exchange -> overflow(bytes(exchange)));
        context.getRegistry().bind("unlinked", (Processor) exchange -> {
            if (bytes(exchange) > 100) {
                throw new NoClassDefFoundError();
            }
        });
        context.getShutdownStrategy().setTimeout(1);
        var deliveries = Stream.of("x".repeat(50_000), "y", "x".repeat(50_000), "y").map(value -> new Delivery(
                new ConsumerRecord<>("t", 0, 0, null, value.getBytes(StandardCharsets.UTF_8)), 0, _ -> { })).toList();
        deliveries.forEach(feeds::feed);

        routes.start(List.of(file("a", "- route: { id: reading, from: { uri: \"kafka:t\", steps: [ " + steps + " ] } }\n")));

        await().until(() -> deliveries.stream().allMatch(Delivery::isSettled));
        var reasons = new ArrayList<>(failures);
        recorder.take().forEach(output -> {
            if (output instanceof Recorder.Output.Letter letter) {
                reasons.add(letter.reason().exception());
            }
        });
        assertThat(reasons).hasSize(2).allMatch(reason -> reason.matches(".*(Error|CamelExecutionException)"));
        assertThat(context.getInflightRepository().size()).isZero();
    }

    private static int bytes(Exchange exchange) {
        var delivery = exchange.getMessage().getBody() instanceof BulkBatch batch ? batch.documents().getFirst().delivery()
                : exchange.getProperty(Delivery.PROPERTY, Delivery.class);
        return delivery.record().value().length;
    }

    private static int overflow(int bytes) {
        return bytes > 100 ? 1 + overflow(bytes) : 0;
    }
}

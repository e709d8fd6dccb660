package io.penstock.route;

import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.delivery.InFlight;
import io.penstock.source.DeadLetterTopics;
import io.penstock.source.fed.FedClientFactory;
import io.penstock.source.fed.Feeds;
import io.penstock.source.fed.GroupCommit;
import io.penstock.sink.BulkStrategy;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.apache.camel.Processor;
import org.apache.camel.component.kafka.KafkaClientFactory;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultRegistry;
import org.apache.camel.support.SimpleRegistry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Routes on a real Camel context without Kafka, with a gate that steps can wait at. */
abstract class RoutesFixture {

    final DefaultCamelContext context = new DefaultCamelContext();
    final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    final InFlight inFlight = new InFlight(100, 10_000);
    final List<String> deadLetters = new CopyOnWriteArrayList<>();
    final List<String> failures = new CopyOnWriteArrayList<>();
    final CountDownLatch gate = new CountDownLatch(1);
    Routes routes;

    @BeforeEach
    void start() {
        var penstocks = new SimpleRegistry();
        penstocks.bind("bulk", new BulkStrategy());
        penstocks.bind("gate", (Processor) exchange -> gate.await());
        context.getCamelContextExtension().setRegistry(new DefaultRegistry(penstocks));
        context.getPropertiesComponent().addInitialProperty("known", "value");
        context.start();
        routes = new Routes(context, config("pull"), (delivery, reason) -> {
            deadLetters.add(reason.message());
            failures.add(reason.exception());
        }, inFlight, metrics);
    }

    static RoutesConfig config(String source) {
        return new SmallRyeConfigBuilder().withConverter(Duration.class, 200, new DurationConverter())
                .withMapping(RoutesConfig.class).withDefaultValue("penstock.source", source).build().getConfigMapping(RoutesConfig.class);
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    static String aggregate(String strategy) {
        return "- route: { id: one, from: { uri: \"direct:one\", steps: [ { aggregate: { aggregationStrategy: " + strategy
                + ", correlationExpression: { constant: all }, completionSize: 10, steps: [ { log: x } ] } } ] } }\n";
    }

    RouteReader reader() {
        return new RouteReader(context, new DeclaredBeans(), new RouteDefaults((delivery, reason) -> { }));
    }

    static ConsumerRecord<byte[], byte[]> record() {
        return new ConsumerRecord<>("t", 0, 1, null, new byte[0]);
    }

    List<String> ids() {
        return routes.states().stream().map(RouteState::id).toList();
    }

    void pushMode() {
        pushMode(new FedClientFactory(new Feeds(new DeadLetterTopics("kafka:{topic}.dead-letters")), new GroupCommit(inFlight, () -> { }, Duration.ZERO)));
    }

    void pushMode(KafkaClientFactory clients) {
        var kafka = context.getComponent("kafka", KafkaComponent.class);
        kafka.setKafkaClientFactory(clients);
        kafka.getConfiguration().setBrokers("localhost:9092");
        kafka.getConfiguration().setAutoCommitEnable(false);
        kafka.getConfiguration().setPreValidateHostAndPort(false);
        routes = new Routes(context, config("push"), (delivery, reason) -> deadLetters.add(reason.message()), inFlight, metrics);
    }

    static String reader(String id, String topic) {
        return route(id, "kafka:" + topic, "to: file:target/readings");
    }

    static RouteSource file(String name, String... items) {
        return new RouteSource("file:/r/" + name + ".camel.yaml",
                Arrays.stream(items).collect(Collectors.joining()).getBytes(StandardCharsets.UTF_8));
    }

    static String answer(String id, String body) {
        return route(id, "direct:" + id, "setBody: { constant: \"" + body + "\" }");
    }

    /** A route of one step. */
    static String route(String id, String uri, String step) {
        return """
                - route:
                    id: %s
                    from:
                      uri: %s
                      steps:
                        - %s
                """.formatted(id, uri, step);
    }
}

package io.penstock.sink;

import static io.penstock.sink.DeadLetterFixtures.REASON;
import static io.penstock.sink.DeadLetterFixtures.delivery;
import static io.penstock.sink.DeadLetterFixtures.record;
import static io.penstock.sink.DeadLetterFixtures.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.delivery.Delivery;
import io.penstock.sink.DeadLetterFixtures.Config;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jspecify.annotations.Nullable;

class CamelDeadLettersTest {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final AtomicInteger settled = new AtomicInteger();
    private @Nullable CamelDeadLetters letters;

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        if (letters != null) {
            letters.close();
        }
        context.stop();
    }

    @ParameterizedTest
    @CsvSource({ "kafka:{topic}.dead-letters?lingerMs=5,first.dead-letters,true", "kafka:{topic}.dead-letters,trade,false",
            "kafka:{topic}.dead-letters,other.dead-letters,false", "kafka://dlq,dlq,true", "file:{topic},first,false" })
    void aRecordWasADeadLetterIfItWasReadFromWhereThoseOfItsOriginAreKept(String uri, String topic, boolean was) {
        open(uri);
        var origin = new RecordHeaders().add("penstock-topic", utf8("first")).add("penstock-partition", utf8("3"))
                .add("penstock-offset", utf8("7")).add("penstock-timestamp", utf8("1"));

        assertThat(letters.wasDeadLetter(record(topic, 1, null, null, origin))).isEqualTo(was);
        assertThat(letters.wasDeadLetter(record(topic, 1, null, null, origin.remove("penstock-offset")))).isFalse();
        assertThat(letters.wasDeadLetter(record(topic, 1))).isFalse();
    }

    @Test
    void filesHoldOneDeadLetterEachUnderItsCoordinates() throws Exception {
        // Given
        context.start();
        open("file:" + folder + "/{topic}");
        byte[] raw = {(byte) 0xff, 0, 1};
        var headers = new RecordHeaders().add("h", utf8("1")).add("h", raw).add("h", null);

        // When
        fail(delivery(record("trade", 7, null, utf8("错误 \"x\""), headers), settled));
        fail(delivery(record("trade", 8, raw, raw, new RecordHeaders()), settled));
        fail(delivery(record("trade", 8, raw, raw, new RecordHeaders()), settled));

        // Then
        await().untilAtomic(settled, is(3));
        try (var files = Files.list(folder.resolve("trade"))) {
            assertThat(files.map(f -> f.getFileName().toString())).containsExactlyInAnyOrder("trade-0-7.json",
                    "trade-0-8.json");
        }
        JsonNode first = json(folder.resolve("trade/trade-0-7.json"));
        assertThat(first.get("@timestamp").asText()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
        assertThat(first.get("route").asText()).isEqualTo("trade-errors");
        assertThat(first.get("step").asText()).isEqualTo("convert1");
        assertThat(first.get("reason").asText()).isEqualTo(REASON.message());
        assertThat(first.get("exception").asText()).isEqualTo(REASON.exception());
        assertThat(first.get("attempts").asInt()).isEqualTo(1);
        assertThat(first.get("topic").asText()).isEqualTo("trade");
        assertThat(first.get("partition").asInt()).isZero();
        assertThat(first.get("offset").asLong()).isEqualTo(7);
        assertThat(first.get("timestamp").asLong()).isEqualTo(1595944295000L);
        assertThat(first.get("key").isNull()).isTrue();
        assertThat(first.get("value").asText()).isEqualTo("错误 \"x\"");
        assertThat(first.get("headers")).hasToString(
                "[{\"key\":\"h\",\"value\":\"1\"},{\"key\":\"h\",\"valueBase64\":\"/wAB\"},{\"key\":\"h\",\"value\":null}]");
        JsonNode second = json(folder.resolve("trade/trade-0-8.json"));
        assertThat(second.get("valueBase64").binaryValue()).isEqualTo(raw);
        assertThat(second.get("keyBase64").binaryValue()).isEqualTo(raw);
        assertThat(meters.get("penstock.records.dead.lettered").tags("route", "trade-errors", "topic", "trade").counter()
                .count()).isEqualTo(3);
    }

    @Test
    void aNameFromOutsideStaysInItsFolder() throws Exception {
        context.start();
        open("file:" + folder + "/in/{topic}");

        var escaping = new Delivery(record("../../up?x=y", 1), "../../../etc/" + "x".repeat(300), 1,
                d -> settled.incrementAndGet());
        fail(escaping);

        await().untilAtomic(settled, is(1));
        try (var files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile)).singleElement()
                    .satisfies(f -> assertThat(f.getParent()).isEqualTo(folder.resolve("in/.._.._up_x_y")));
        }
    }

    @Test
    void anEndpointThatFailsIsTriedAgainUntilItTakesEveryDeadLetterOnce() throws Exception {
        // Given
        var failures = new AtomicInteger(25);
        Map<String, Integer> taken = new ConcurrentHashMap<>();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:dead").process(exchange -> {
                    if (failures.getAndDecrement() > 0) {
                        throw new IOException("down");
                    }
                    taken.merge(exchange.getMessage().getHeader("CamelFileName", String.class), 1, Integer::sum);
                });
            }
        });
        context.start();
        open("direct:dead");

        // When
        for (int i = 0; i < 20; i++) {
            fail(delivery(record("trade", i), settled));
        }

        // Then
        await().until(() -> letters.problem().isPresent());
        await().untilAtomic(settled, is(20));
        assertThat(taken).hasSize(20).allSatisfy((name, times) -> assertThat(times).isEqualTo(1));
        assertThat(letters.problem()).isEmpty();
        assertThat(letters.waiting()).isZero();
    }

    @Test
    void deliveriesStayHeldWhileTheEndpointCannotBeOpened() throws Exception {
        context.start();
        open("direct:{topic}?block=false");

        var delivery = delivery(record("late", 1), settled);
        fail(delivery);

        await().until(() -> letters.problem().isPresent());
        assertThat(letters.problem().orElseThrow()).contains("direct:late", "DirectConsumerNotAvailableException", "waiting: 1")
                .doesNotContain("k1");
        assertThat(delivery.isSettled()).isFalse();
        assertThat(meters.get("penstock.dead.letters.waiting").gauge().value()).isEqualTo(1);

        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:late").to("log:dead?level=DEBUG");
            }
        });
        await().untilAtomic(settled, is(1));
    }

    @Test
    void neitherTheCallerNorAnotherTopicWaitsForABlockedEndpoint() throws Exception {
        // Given
        var gate = new CountDownLatch(1);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:stuck").process(exchange -> gate.await());
                from("direct:fine").to("log:dead?level=DEBUG");
            }
        });
        context.start();
        open("direct:{topic}");

        // When
        var stuck = delivery(record("stuck", 1), settled);
        fail(stuck);
        fail(delivery(record("fine", 1), settled));

        // Then
        await().untilAtomic(settled, is(1));
        assertThat(stuck.isSettled()).isFalse();
        gate.countDown();
        await().untilAtomic(settled, is(2));
    }

    @Test
    void aRecordThatFailsTwiceIsKeptOnce() throws Exception {
        Set<String> taken = ConcurrentHashMap.newKeySet();
        var count = new AtomicInteger();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:dead").process(exchange -> {
                    count.incrementAndGet();
                    taken.add(exchange.getMessage().getBody(String.class));
                });
            }
        });
        context.start();
        open("direct:dead");

        var delivery = delivery(record("trade", 1), settled);
        letters.send(delivery, REASON);
        letters.send(delivery, new DeadLetterReason("bulk", "again", "x", 2));
        delivery.release();
        letters.send(delivery, REASON);

        await().untilAtomic(settled, is(1));
        assertThat(count).hasValue(1);
        assertThat(taken).singleElement().asString().contains("convert1");
        assertThat(delivery.outcome()).isEqualTo(Delivery.Outcome.DEAD_LETTERED);
    }

    @Test
    void closingLeavesWhatIsNotAcknowledgedUnsettled() throws Exception {
        context.start();
        open("direct:nobody?block=false");
        var delivery = delivery(record("trade", 1), settled);
        fail(delivery);
        await().until(() -> letters.problem().isPresent());

        letters.close();
        fail(delivery(record("trade", 2), settled));

        assertThat(delivery.isSettled()).isFalse();
        assertThat(settled).hasValue(0);
    }

    private void open(String uri) {
        letters = new CamelDeadLetters(context, Config.to(uri), meters);
    }

    /** As a route does it: the exchange lets go of the record after it handed it over. */
    private void fail(Delivery delivery) {
        letters.send(delivery, REASON);
        delivery.release();
    }

    private static JsonNode json(Path file) throws IOException {
        return new ObjectMapper().readTree(file.toFile());
    }
}

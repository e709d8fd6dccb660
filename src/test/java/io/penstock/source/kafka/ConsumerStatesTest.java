package io.penstock.source.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ConsumerStatesTest {

    private long now = Long.MAX_VALUE - 1;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ConsumerStates states = new ConsumerStates(meters, Duration.ofSeconds(10), () -> now);

    private void pass(int seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
    }

    /** What a client that has a connection says, with these beside. */
    private static Map<MetricName, Metric> metrics(Map<String, Double> coordinator) {
        var metrics = new HashMap<MetricName, Metric>();
        put(metrics, "consumer-metrics", "connection-count", 1);
        coordinator.forEach((name, value) -> put(metrics, "consumer-coordinator-metrics", name, value));
        return metrics;
    }

    private static void put(Map<MetricName, Metric> metrics, String group, String name, double value) {
        var metricName = new MetricName(name, group, "", Map.of());
        metrics.put(metricName, new Metric() {

            @Override
            public MetricName metricName() {
                return metricName;
            }

            @Override
            public Object metricValue() {
                return value;
            }
        });
    }

    @Test
    void aMemberThatIsNotLetIntoItsGroupIsAProblemWhenARebalanceWouldBeOver() {
        var coordinator = new HashMap<>(Map.of("last-rebalance-seconds-ago", -1.0, "last-heartbeat-seconds-ago", -1.0));
        states.add("a", () -> metrics(coordinator));
        pass(40);
        assertThat(states.problem()).isEmpty();
        pass(1);
        assertThat(states.problem()).get().asString().contains("41 s", "advertise");

        coordinator.put("last-rebalance-seconds-ago", 0.0);
        assertThat(states.problem()).isEmpty();
    }

    @Test
    void aTopicThatIsStillMissingWhenItWouldHaveBeenMadeIsAProblem() {
        var state = states.add("a", () -> metrics(Map.of("last-rebalance-seconds-ago", 1.0)));
        state.missing(Set.of("ordres"));
        pass(10);
        assertThat(states.problem()).isEmpty();
        state.missing(Set.of("ordres"));
        pass(1);
        assertThat(states.problem()).hasValue("there is no topic ordres");

        state.missing(Set.of());
        assertThat(states.problem()).isEmpty();
    }

    @Test
    void stepsThatTakeLongAreNotKafkasFault() {
        var coordinator = new HashMap<>(Map.of("last-rebalance-seconds-ago", 100.0, "last-heartbeat-seconds-ago", 1.0));
        var state = states.add("a", () -> metrics(coordinator));
        state.handedOver(Set.of(new TopicPartition("trade", 0), new TopicPartition("orders", 1), new TopicPartition("trade", 2)), 50);
        pass(10);
        assertThat(states.problem()).isEmpty();
        pass(301);
        // By now the client has left the group, as nobody polled.
        coordinator.put("last-heartbeat-seconds-ago", 12.0);
        assertThat(states.problem()).hasValue("the steps of a route have been at 50 records of orders, trade for 311 s");

        state.through();
        assertThat(states.problem()).hasValue("no answer from the group coordinator for 12 s");
    }

    @Test
    void twoGroupsThatReadAPartitionHaveALagEach() {
        var partition = new TopicPartition("trade", 0);
        var a = states.add("a", () -> metrics(Map.of()));
        var b = states.add("b", () -> metrics(Map.of()));
        a.lag(partition, 5);
        b.lag(partition, 7);
        assertThat(lag("a")).containsExactly(5.0);
        assertThat(lag("b")).containsExactly(7.0);

        a.close();
        b.lag(partition, 8);
        assertThat(lag("a")).isEmpty();
        assertThat(lag("b")).containsExactly(8.0);
    }

    @Test
    void aPartitionThatGoesToAnotherConsumerOfTheProcessKeepsItsLag() {
        var partition = new TopicPartition("trade", 0);
        var slow = states.add("a", () -> metrics(Map.of()));
        var next = states.add("a", () -> metrics(Map.of()));
        slow.lag(partition, 5);
        next.lag(partition, 7);

        // It hears late that it lost it.
        slow.forget(partition);
        assertThat(lag("a")).containsExactly(7.0);
        next.lag(partition, 8);
        assertThat(lag("a")).containsExactly(8.0);

        next.forget(partition);
        assertThat(lag("a")).isEmpty();
    }

    private List<Double> lag(String group) {
        return meters.find("penstock.consumer.lag").tags("topic", "trade", "partition", "0", "group", group).gauges().stream()
                .map(Gauge::value).toList();
    }

    @Test
    void whyNoConsumerCanBeMadeIsSaidDownToTheLastCause() {
        states.notCreated(notMade(new KafkaException("Failed to load SSL keystore /no/such.jks of type JKS",
                new NoSuchFileException("/no/such.jks"))));
        assertThat(states.problem()).get().asString()
                .contains("Failed to load SSL keystore").endsWith("NoSuchFileException: /no/such.jks");
    }

    /** The password was {@code hun"ter2}, with its quote as it is. */
    @Test
    void aPartOfAPasswordThatStandsInAWrongJaasEntryIsNotShown() {
        states.notCreated(notMade(new IllegalArgumentException("Value not specified for key 'ter2' in JAAS config")));
        assertThat(states.problem()).get().asString().contains("sasl-jaas-config").doesNotContain("ter2");
    }

    /** As Kafka's client puts what is wrong with its security. */
    private static KafkaException notMade(Throwable cause) {
        return new KafkaException("Failed to construct kafka consumer", new KafkaException("Failed to create new NetworkClient", cause));
    }

    @Test
    void aConsumerThatCannotBeMadeIsAProblemAsLongAsItIsTried() {
        for (int i = 0; i < 60; i++) {
            states.notCreated(new KafkaException("no such host"));
            pass(1);
            assertThat(states.problem()).hasValue("KafkaException: no such host");
        }
        // The route that wanted it was taken out: nobody tries it any more.
        pass(30);
        assertThat(states.problem()).isEmpty();

        states.notCreated(new KafkaException("no such host"));
        assertThat(states.problem()).isPresent();
        states.created();
        assertThat(states.problem()).isEmpty();
    }
}

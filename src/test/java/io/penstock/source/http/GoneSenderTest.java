package io.penstock.source.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.delivery.DeliveryMetrics;
import io.penstock.delivery.InFlight;
import io.penstock.source.DeadLetterTopics;
import io.penstock.source.Intake;
import io.penstock.source.fed.Feeds;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** The gate counts a request's body no more when its sender has gone; so nothing may keep it. */
class GoneSenderTest {

    private final InFlight inFlight = new InFlight(100, 10_000);
    private final DeliveryMetrics metrics = new DeliveryMetrics(new SimpleMeterRegistry(), inFlight);
    private final Ingress ingress = new Ingress(new Feeds(new DeadLetterTopics("kafka:{topic}.dead-letters")),
            new Intake(inFlight, metrics), inFlight, metrics,
            new SmallRyeConfigBuilder().addDiscoveredConverters().withMapping(PushConfig.class)
                    .withDefaultValue("penstock.push.route-timeout", "1h").build().getConfigMapping(PushConfig.class));

    @Test
    void whatAGoneSenderSentDoesNotWaitForARoute() throws Exception {
        var gone = new AtomicBoolean();
        var arrivals = List.of(Arrival.ofKafka("t", 0, 1, ConsumerRecord.NO_TIMESTAMP, null, new byte[1], new RecordHeaders()));

        var reception = ingress.receive(arrivals, gone::get).toCompletableFuture();
        assertThat(reception).isNotDone();
        gone.set(true);

        assertThat(reception.get(10, TimeUnit.SECONDS)).isEqualTo(new Reception.Unread("t"));
    }
}

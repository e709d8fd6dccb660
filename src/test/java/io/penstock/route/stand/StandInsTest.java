package io.penstock.route.stand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.kafka.KafkaConsumer;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandInsTest {

    @TempDir
    Path folder;

    @Test
    void onlyRecordsAndWhatTheyAreSentToComeIn() throws Exception {
        var order = Files.writeString(folder.resolve("order.json"), "{}");
        var came = new AtomicInteger();
        try (var context = new DefaultCamelContext()) {
            context.getCamelContextExtension().registerEndpointCallback(new StandIns());
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("file:" + folder + "?initialDelay=0&delay=1&delete=true").process(_ -> came.incrementAndGet());
                    from("timer:often?delay=0&period=1").process(_ -> came.incrementAndGet());
                    from("kafka:orders?brokers=localhost:1").routeId("kafka").autoStartup(false).to("direct:inner");
                    from("direct:inner").setBody(constant("inner"));
                }
            });
            context.start();

            await().during(Duration.ofMillis(500)).until(() -> came.get() == 0 && Files.exists(order));
            assertThat(context.createFluentProducerTemplate().to("direct:inner").request(String.class)).isEqualTo("inner");
            assertThat(context.getRoute("kafka").getConsumer()).isInstanceOf(KafkaConsumer.class);
        }
    }
}

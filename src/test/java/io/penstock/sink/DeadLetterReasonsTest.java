package io.penstock.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.jackson.JacksonDataFormat;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.errorhandler.DefaultErrorHandlerDefinition;
import org.apache.camel.support.RoutePolicySupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadLetterReasonsTest {

    private final List<DeadLetterReason> whenDone = new CopyOnWriteArrayList<>();
    private final List<DeadLetterReason> inChannel = new CopyOnWriteArrayList<>();
    private final DefaultCamelContext context = new DefaultCamelContext();

    /** As a source does it: told when the exchange is done. */
    private final class WhenDone extends RoutePolicySupport {
        @Override
        public void onExchangeDone(Route route, Exchange exchange) {
            if (exchange.getException() != null) {
                whenDone.add(DeadLetterReasons.of(exchange));
            }
        }
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void namesTheFailingStepWhenAnErrorHandlerOfTheContextNotesIt() throws Exception {
        // Given
        notingErrorHandler();

        // When
        run(this::failing, "{\"a\":1}");

        // Then
        assertThat(whenDone).containsExactly(
                new DeadLetterReason("convert", "no number", IllegalArgumentException.class.getName(), 1));
    }

    @Test
    void namesTheFailingStepInTheRouteOfADeadLetterChannel() throws Exception {
        run(routes -> {
            routes.errorHandler(routes.deadLetterChannel("direct:dead").onExceptionOccurred(DeadLetterReasons::noteStep));
            routes.from("direct:dead").process(e -> inChannel.add(DeadLetterReasons.of(e)));
            failing(routes);
        }, "{\"a\":1}");

        assertThat(inChannel).singleElement().returns("convert", DeadLetterReason::step);
        assertThat(whenDone).isEmpty();
    }

    @Test
    void namesTheRouteWhenNobodyNotedTheStep() throws Exception {
        run(this::failing, "{\"a\":1}");

        assertThat(whenDone).singleElement().returns("trade", DeadLetterReason::step);
    }

    @Test
    void namesTheStepOfABrokenPredicate() throws Exception {
        notingErrorHandler();

        run(this::failing, "[1]");

        assertThat(whenDone).singleElement().returns("only", DeadLetterReason::step);
    }

    @Test
    void saysWhereJsonIsBrokenWithoutTheNoise() throws Exception {
        notingErrorHandler();

        run(this::failing, "{\"a\":\n [1,");

        assertThat(whenDone).singleElement().satisfies(reason -> {
            assertThat(reason.step()).isEqualTo("parse");
            assertThat(reason.exception()).startsWith("com.fasterxml.jackson.core.");
            assertThat(reason.message()).startsWith("Unexpected end-of-input").endsWith("(line 2, column 5)")
                    .doesNotContain("Source", "StreamReadFeature", "reference chain");
        });
    }

    @Test
    void cutsLongMessagesBetweenCharacters() {
        DeadLetterReason reason = DeadLetterReasons.of("s", new IllegalStateException("x" + "😀".repeat(2_000)));

        assertThat(reason.message()).hasSizeLessThanOrEqualTo(DeadLetterReasons.LONGEST_MESSAGE).endsWith("😀…");
    }

    private void notingErrorHandler() {
        var handler = new DefaultErrorHandlerDefinition();
        handler.onExceptionOccurred(DeadLetterReasons::noteStep);
        context.getCamelContextExtension().setErrorHandlerFactory(handler);
    }

    private void failing(RouteBuilder routes) {
        routes.from("direct:in").routeId("trade").routePolicy(new WhenDone())
                .unmarshal(new JacksonDataFormat()).id("parse")
                .filter().simple("${body[a]} == 1").id("only")
                .process(e -> {
                    throw new RuntimeCamelException(new IllegalArgumentException("no number"));
                }).id("convert")
                .end();
    }

    private interface Routes {
        void in(RouteBuilder routes) throws Exception;
    }

    private void run(Routes routes, String body) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() throws Exception {
                routes.in(this);
            }
        });
        context.start();
        context.createProducerTemplate().send("direct:in", e -> e.getMessage().setBody(body));
    }
}

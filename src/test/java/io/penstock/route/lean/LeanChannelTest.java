package io.penstock.route.lean;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.InternalProcessorFactory;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.SynchronizationAdapter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Steps in lean channels do what they do in Camel's own, in the same order, and an exchange ends as it does there. */
class LeanChannelTest {

    private static final String ON_ANOTHER_THREAD = "{ threads: { poolSize: 1 } }";
    private static final String FAILING_PART = "{ setBody: { constant: \"1,2,3\" } }, { split: { %s, tokenize: { token: \",\" }, steps: "
            + "[ { filter: { simple: \"${body} == '2'\", steps: [ @fail ] } }, @a ] } }, @b";

    /** Steps {@code @a}, {@code @b} and {@code @c} note that they were reached, {@code @fail} does and fails. */
    static Stream<Arguments> routes() {
        return Stream.of(
                steps("in turn", "@a, @b, @c"),
                steps("one", "@a"),
                steps("failure", "@a, @fail, @b"),
                steps("failure on another thread", "@a, " + ON_ANOTHER_THREAD + ", @fail, @b"),
                steps("threads", "@a, " + ON_ANOTHER_THREAD + ", @b, { delay: { constant: 1, asyncDelayed: true } }, @c"),
                steps("stop", "@a, { stop: {} }, @b"),
                steps("stop within", "{ filter: { constant: true, steps: [ @a, { stop: {} }, @b ] } }, @c"),
                steps("filter", "{ filter: { simple: \"${body} == 'x'\", steps: [ @a ] } }, { filter: { constant: false, "
                        + "steps: [ @b ] } }, @c"),
                steps("choice", "{ choice: { when: [ { constant: false, steps: [ @a ] }, { constant: true, steps: [ @b, "
                        + "@fail ] } ] } }, @c"),
                steps("loop", "{ loop: { constant: 5000, steps: [ { process: { ref: count } } ] } }, @a"),
                steps("loop that fails", "{ loop: { constant: 3, steps: [ @a, @fail ] } }, @b"),
                steps("split of which one fails", FAILING_PART.formatted("parallelProcessing: false")),
                steps("split that stops", FAILING_PART.formatted("stopOnException: true")),
                steps("multicast", "{ multicast: { steps: [ { pipeline: { steps: [ @a, @b ] } }, @fail, @c ] } }, @c"),
                steps("recipientList", "{ recipientList: { constant: \"direct:one,direct:failing,direct:two\" } }, @a"),
                steps("enrich", "{ enrich: { constant: \"direct:two\" } }, @a"),
                steps("other routes", "@a, { to: \"direct:two\" }, { to: \"direct:one\" }, @c"),
                steps("failure in another route", "@a, { to: \"direct:failing\" }, @c"),
                steps("failure handled in another route", "@a, { to: \"direct:handling\" }, @c"),
                steps("another route that stops", "@a, { to: \"direct:stopping\" }, @c"),
                steps("recursion", "{ setBody: { constant: 200 } }, { to: \"direct:down\" }, @a"),
                steps("doTry", "{ doTry: { steps: [ @a, @fail, @b ], doCatch: [ { exception: [ java.lang.IllegalStateException ], "
                        + "steps: [ @c ] } ], doFinally: { steps: [ @a ] } } }, @b"),
                steps("doTry of another", "{ doTry: { steps: [ @fail ], doCatch: [ { exception: [ java.io.IOException ], "
                        + "steps: [ @c ] } ], "
                        + "doFinally: { steps: [ @a ] } } }, @b"),
                steps("doTry around another route", "{ doTry: { steps: [ { to: \"direct:failing\" } ], "
                        + "doCatch: [ { exception: [ java.lang.Exception ], steps: [ @c ] } ] } }, @b"),
                steps("doCatch that fails", "{ doTry: { steps: [ @fail ], doCatch: [ { exception: [ java.lang.Exception ], "
                        + "steps: [ @a, @fail, @b ] } ] } }, @c"),
                Arguments.of("onException", onException("", "@c"), "@a, @fail, @b"),
                Arguments.of("onException handled", onException("handled: { constant: true }, ", "@c"), "@a, @fail, @b"),
                Arguments.of("onException continued", onException("continued: { constant: true }, ", "@c"), "@a, @fail, @b"),
                Arguments.of("onException within", onException("handled: { constant: true }, ", "@c"),
                        "{ filter: { constant: true, steps: [ @a, @fail, @b ] } }, @c"),
                Arguments.of("onException on another thread", onException("handled: { constant: true }, ", "@c"),
                        "@a, " + ON_ANOTHER_THREAD + ", @fail, @b"),
                Arguments.of("onException of another route's failure", onException("handled: { constant: true }, ", "@c"),
                        "{ to: \"direct:failing\" }, @b"),
                Arguments.of("onException with redelivery", onException("redeliveryPolicy: { maximumRedeliveries: 2, "
                        + "redeliveryDelay: 0 }, ",
                        "@c"), "@a, @fail, @b"),
                Arguments.of("onException that fails", onException("handled: { constant: true }, ", "@fail"), "@a, @fail, @b"),
                Arguments.of("no error handler", "- errorHandler: { noErrorHandler: {} }\n", "@a, @fail, @b"),
                Arguments.of("dead letter channel", "- errorHandler: { deadLetterChannel: { deadLetterUri: \"direct:two\", "
                        + "redeliveryPolicy: { maximumRedeliveries: 0 } } }\n", "@a, @fail, @b"));
    }

    private static Arguments steps(String what, String steps) {
        return Arguments.of(what, "", steps);
    }

    private static String onException(String how, String step) {
        return "- onException: { exception: [ java.lang.IllegalStateException ], " + how + "steps: [ " + step + " ] }\n";
    }

    @ParameterizedTest
    @MethodSource("routes")
    void behaveAsCamelsOwn(String what, String before, String steps) throws Exception {
        var lean = run(true, before, steps);
        assertThat(lean).as(what).isEqualTo(run(false, before, steps));
        assertThat(lean).hasSizeGreaterThan(1);
    }

    @Test
    void theyAreThereAndAreUsed() throws Exception {
        try (var context = context(true, new CopyOnWriteArrayList<>())) {
            assertThat(PluginHelper.getInternalProcessorFactory(context).createChannel(context)).isInstanceOf(LeanChannel.class);
        }
        // The stack below a step is not the queue's.
        var calls = new ArrayList<Boolean>();
        for (boolean lean : new boolean[] {true, false}) {
            try (var context = context(lean, new CopyOnWriteArrayList<>())) {
                context.getRegistry().bind("look", (Processor) exchange -> calls.add(Stream.of(new Throwable().getStackTrace())
                        .anyMatch(frame -> frame.getClassName().contains("RedeliveryErrorHandler"))));
                add(context, "- route: { from: { uri: \"direct:in\", steps: [ { process: { ref: look } } ] } }\n");
                context.createProducerTemplate().send("direct:in", exchange -> { });
            }
        }
        assertThat(calls).containsExactly(false, true);
    }

    /** What was done, in its order, and how the exchange ended. */
    private static List<String> run(boolean lean, String before, String steps) throws Exception {
        var done = new CopyOnWriteArrayList<String>();
        try (var context = context(lean, done)) {
            add(context, marked(before + "- route: { id: in, from: { uri: \"direct:in\", steps: [ " + steps + " ] } }\n"));
            var ended = context.createProducerTemplate().asyncSend("direct:in", exchange -> {
                exchange.getMessage().setBody("x");
                exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
                    @Override
                    public void onDone(Exchange done1) {
                        done.add("completed");
                    }
                });
            }).get(20, TimeUnit.SECONDS);
            done.add("body " + ended.getMessage().getBody() + ", exception "
                    + String.valueOf(ended.getException()).replaceFirst("Exchange\\[.*?]", "") + ", caught "
                    + ended.getProperty(Exchange.EXCEPTION_CAUGHT) + ", handled " + ended.getExchangeExtension().isFailureHandled()
                    + ", failed in " + ended.getProperty(Exchange.FAILURE_ROUTE_ID) + ", stopped " + ended.isRouteStop()
                    + ", node " + ended.getExchangeExtension().getHistoryNodeId() + ", count " + ended.getMessage().getHeader("count"));
            assertThat(context.getInflightRepository().size()).isZero();
        }
        return done;
    }

    /** Each step under an id of its own, as Camel numbers them through all contexts. */
    private static String marked(String routes) {
        var steps = new AtomicInteger();
        return Pattern.compile("process: \\{ ").matcher(routes.replaceAll("@(\\w+)", "{ process: { ref: $1 } }"))
                .replaceAll(_ -> "process: { id: step" + steps.incrementAndGet() + "-" + routes.hashCode() + ", ");
    }

    private static CamelContext context(boolean lean, List<String> done) throws Exception {
        var context = new DefaultCamelContext();
        if (lean) {
            context.getCamelContextExtension().addContextPlugin(InternalProcessorFactory.class, new LeanChannels());
        }
        for (var name : List.of("a", "b", "c")) {
            context.getRegistry().bind(name, (Processor) exchange -> done.add(name + " " + exchange.getMessage().getBody() + " at "
                    + exchange.getExchangeExtension().getHistoryNodeId() + " of " + exchange.getFromRouteId()));
        }
        context.getRegistry().bind("count", (Processor) exchange -> exchange.getMessage().setHeader("count",
                exchange.getMessage().getHeader("count", 0, Integer.class) + 1));
        context.getRegistry().bind("fail", (Processor) exchange -> {
            done.add("fail at " + exchange.getExchangeExtension().getHistoryNodeId());
            throw new IllegalStateException("broken");
        });
        context.getRegistry().bind("less", (Processor) exchange -> exchange.getMessage().setBody(
                exchange.getMessage().getBody(Integer.class) - 1));
        context.start();
        add(context, marked("""
                - route: { id: one, from: { uri: "direct:one", steps: [ @a ] } }
                - route: { id: two, from: { uri: "direct:two", steps: [ @a, @b ] } }
                - route: { id: failing, from: { uri: "direct:failing", steps: [ @a, @fail, @b ] } }
                - route: { id: stopping, from: { uri: "direct:stopping", steps: [ @a, { stop: {} }, @b ] } }
                - route:
                    id: handling
                    from:
                      uri: direct:handling
                      steps:
                        - doTry: { steps: [ @fail ], doCatch: [ { exception: [ java.lang.Exception ], steps: [ @a ] } ] }
                - route:
                    id: down
                    from:
                      uri: direct:down
                      steps:
                        - process: { ref: less }
                        - filter: { simple: "${body} > 0", steps: [ { to: "direct:down" } ] }
                """));
        return context;
    }

    private static void add(CamelContext context, String routes) throws Exception {
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("routes.yaml", routes));
    }
}

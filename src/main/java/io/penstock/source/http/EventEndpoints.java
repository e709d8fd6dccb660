package io.penstock.source.http;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import io.penstock.delivery.InFlightConfig;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** The push mode's endpoints. A request that waits for its records holds no thread. {@link Gate} has let it in. */
@Singleton
class EventEndpoints {

    private static final String TOPIC = "topic";

    private final Ingress ingress;
    private final CloudEvents cloudEvents;
    private final Answers answers;
    private final BatchLimit limit;

    EventEndpoints(Ingress ingress, PushConfig config, InFlightConfig bound) {
        this.ingress = ingress;
        this.limit = BatchLimit.of(bound);
        this.cloudEvents = new CloudEvents(config.topics(), limit);
        this.answers = new Answers(config);
    }

    void install(@Observes Router router) {
        // CloudEvents, in any content mode; a topic in the path is for those that don't come from a KafkaSource and so have none.
        for (String path : List.of("/", "/events", "/events/:" + TOPIC)) {
            serve(router, path, this::events);
        }
        // The Kafka trigger of a function platform
        serve(router, Gate.FUNCTION_PATH, this::function);
    }

    /** Bodies are large enough to be read off the event loop. */
    private void serve(Router router, String path, Function<RoutingContext, CompletionStage<Answer>> endpoint) {
        router.post(path).blockingHandler(request -> answer(request, endpoint).whenComplete((answer, failure) -> {
            if (failure != null) {
                request.fail(failure);
            } else {
                answer.send(request.response());
            }
        }), false);
    }

    private CompletionStage<Answer> answer(RoutingContext request, Function<RoutingContext, CompletionStage<Answer>> endpoint) {
        try {
            return endpoint.apply(request);
        } catch (MalformedRequestException e) {
            return CompletableFuture.completedStage(answers.malformed(String.valueOf(e.getMessage())));
        } catch (BatchLimit.ExceededException e) {
            return CompletableFuture.completedStage(answers.tooMany(String.valueOf(e.getMessage())));
        }
    }

    private CompletionStage<Answer> events(RoutingContext request) {
        List<Arrival> arrivals = cloudEvents.read(headers(request.request().headers()), body(request),
                Optional.ofNullable(request.pathParam(TOPIC)));
        return ingress.receive(arrivals, request.response()::closed).thenApply(answers::of);
    }

    private CompletionStage<Answer> function(RoutingContext request) {
        var event = FunctionEvent.read(body(request), limit);
        return ingress.receive(event.arrivals(), request.response()::closed).thenApply(reception -> answers.ofFunction(event, reception));
    }

    private static byte[] body(RoutingContext request) {
        return request.body().buffer().getBytes();
    }

    private static Map<String, List<String>> headers(MultiMap given) {
        var headers = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
        given.names().forEach(name -> headers.put(name, given.getAll(name)));
        return headers;
    }
}

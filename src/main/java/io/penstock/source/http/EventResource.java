package io.penstock.source.http;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

/** The push mode's endpoints. A request that waits for its records holds no thread. {@link Gate} has let it in. */
@Path("/")
public class EventResource {

    private final Ingress ingress;
    private final CloudEvents cloudEvents;
    private final Answers answers;

    EventResource(Ingress ingress, PushConfig config) {
        this.ingress = ingress;
        this.cloudEvents = new CloudEvents(config.topics());
        this.answers = new Answers(config);
    }

    /** CloudEvents, in any content mode. */
    @POST
    public CompletionStage<Response> root(@Context HttpHeaders headers, byte[] body) {
        return events(headers, body, Optional.empty());
    }

    /** CloudEvents, in any content mode. */
    @POST
    @Path("events")
    public CompletionStage<Response> events(@Context HttpHeaders headers, byte[] body) {
        return events(headers, body, Optional.empty());
    }

    /** CloudEvents for a topic, unless they come from a KafkaSource and so have one. */
    @POST
    @Path("events/{topic}")
    public CompletionStage<Response> events(@Context HttpHeaders headers, @PathParam("topic") String topic, byte[] body) {
        return events(headers, body, Optional.of(topic));
    }

    /** The Kafka trigger of a function platform. */
    @POST
    @Path("event-invoke")
    public CompletionStage<Response> function(byte[] body) {
        try {
            var event = FunctionEvent.read(body);
            return ingress.receive(event.arrivals()).thenApply(reception -> answers.ofFunction(event, reception));
        } catch (MalformedRequestException e) {
            return malformed(e);
        }
    }

    private CompletionStage<Response> events(HttpHeaders headers, byte[] body, Optional<String> topic) {
        try {
            List<Arrival> arrivals = cloudEvents.read(headers.getRequestHeaders(), body, topic);
            return ingress.receive(arrivals).thenApply(answers::of);
        } catch (MalformedRequestException e) {
            return malformed(e);
        }
    }

    private CompletionStage<Response> malformed(MalformedRequestException e) {
        return CompletableFuture.completedStage(answers.malformed(String.valueOf(e.getMessage())));
    }
}

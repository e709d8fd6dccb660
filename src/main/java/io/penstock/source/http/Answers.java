package io.penstock.source.http;

import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * What a sender is told. Whatever may be right later is answered 404, 429 or 503, which Knative's dispatcher sends again
 * (eventing-kafka-broker: 404, 408, 409, 429 and 5xx); everything else ends with its dead letter sink.
 */
final class Answers {

    static final String PROBLEM = "application/problem+json";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final PushConfig config;

    Answers(PushConfig config) {
        this.config = config;
    }

    Answer of(Reception reception) {
        return switch (reception) {
            case Reception.Settled() -> new Answer(204, Map.of(), "");
            case Reception.Full() -> again(429, Answers.full());
            case Reception.Stopping() -> again(503, Answers.stopping());
            case Reception.Late(var unsettled) -> again(503, problem(503, "Not stored yet", unsettled.size()
                    + " records were not stored within penstock.push.request-timeout. They go on; sent again, they are stored once."));
            case Reception.Unread(var topic) -> again(404, problem(404, "No route",
                    "No route reads topic " + topic + "; see penstock.routes and penstock.push.topics."));
        };
    }

    /** For a platform that shows what a function returns. */
    Answer ofFunction(FunctionEvent event, Reception reception) {
        return switch (reception) {
            case Reception.Settled() -> json(event.ofLambda() ? "{\"batchItemFailures\":[]}"
                    : "{\"settled\":" + event.arrivals().size() + "}");
            case Reception.Late(var unsettled) when event.ofLambda() && config.batchItemFailures() -> json(failures(unsettled));
            default -> of(reception);
        };
    }

    Answer malformed(String detail) {
        return new Answer(400, Map.of("Content-Type", PROBLEM), problem(400, "Malformed request", detail));
    }

    Answer tooMany(String detail) {
        return new Answer(413, Map.of("Content-Type", PROBLEM), problem(413, "Too many records", detail));
    }

    static String full() {
        return problem(429, "In-flight bound reached", "As many records as penstock.in-flight.records and .bytes allow are in flight.");
    }

    static String stopping() {
        return problem(503, "Stopping", "This process is about to stop; another one takes the request.");
    }

    private Answer again(int status, String problem) {
        return new Answer(status, Map.of("Retry-After", Long.toString(retryAfterSeconds(config)), "Content-Type", PROBLEM), problem);
    }

    static long retryAfterSeconds(PushConfig config) {
        return Math.max(1, config.retryAfter().toSeconds());
    }

    private static Answer json(String body) {
        return new Answer(200, Map.of("Content-Type", "application/json"), body);
    }

    /** Lambda's syntax: the partition as {@code topic-number}, and it goes on from the lowest offset of each. */
    private static String failures(Iterable<Arrival> unsettled) {
        var answer = JSON.createObjectNode();
        var failures = answer.putArray("batchItemFailures");
        for (var arrival : unsettled) {
            var record = arrival.record();
            failures.addObject().putObject("itemIdentifier").put("partition", record.topic() + '-' + record.partition())
                    .put("offset", record.offset());
        }
        return answer.toString();
    }

    /** A problem document, RFC 9457. */
    static String problem(int status, String title, String detail) {
        return JSON.createObjectNode().put("type", "about:blank").put("title", title).put("status", status).put("detail", detail)
                .toString();
    }
}

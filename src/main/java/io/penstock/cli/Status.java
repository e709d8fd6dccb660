package io.penstock.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Locale;
import java.util.concurrent.Callable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code penstock status}: asks a running service how it is. */
@Command(name = "status", mixinStandardHelpOptions = true, description = "Shows what a running service does: its routes, what is "
        + "wrong with route files, what is in flight, and whether Kafka and Elasticsearch answer.",
        footer = {"", "Exit codes: 0 fine; 1 something is wrong; 2 the service does not answer."})
final class Status implements Callable<Integer> {

    private static final int WRONG = 1;
    private static final int NOT_REACHABLE = 2;
    private static final int TIMEOUT_MS = 10_000;

    @Option(names = "--url", paramLabel = "URL", description = "Where the service is; default: ${DEFAULT-VALUE}.",
            defaultValue = "http://localhost:${env:QUARKUS_HTTP_PORT:-8080}")
    String url = "";

    @Option(names = "--json", description = "Prints what the service says, as JSON.")
    boolean json;

    @Override
    public Integer call() {
        JsonNode status;
        try {
            // The other client of Java's would be three megabytes of the native executable.
            if (!(URI.create(url.replaceAll("/+$", "") + "/status").toURL().openConnection() instanceof HttpURLConnection http)) {
                return notReachable("it is no address of http or https");
            }
            http.setConnectTimeout(TIMEOUT_MS);
            http.setReadTimeout(TIMEOUT_MS);
            http.setInstanceFollowRedirects(false);
            if (http.getResponseCode() != HttpURLConnection.HTTP_OK) {
                return notReachable("it answers with status " + http.getResponseCode());
            }
            try (var answer = http.getInputStream()) {
                status = new ObjectMapper().readTree(answer);
            }
        } catch (IOException | IllegalArgumentException e) {
            return notReachable(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
        }
        if (json) {
            System.out.println(status.toPrettyString());
        } else {
            print(status, System.out);
        }
        return status.path("fine").asBoolean() ? 0 : WRONG;
    }

    private int notReachable(String why) {
        System.err.printf("penstock: no status from %s: %s (--url)%n", url, why);
        return NOT_REACHABLE;
    }

    static void print(JsonNode status, PrintStream out) {
        var routes = status.path("routes");
        if (routes.isEmpty()) {
            out.println(status.path("loaded").asBoolean() ? "No route runs." : "The routes are being loaded.");
        }
        for (JsonNode route : routes) {
            out.printf(Locale.ROOT, "route %s: %s since %s, from %s%n", text(route, "id"), text(route, "state").toLowerCase(Locale.ROOT), text(route, "since"),
                    text(route, "file"));
        }
        for (JsonNode fault : status.path("faults")) {
            out.printf(Locale.ROOT, "%s: %s (since %s; %s)%n", text(fault, "place"), text(fault, "message"), text(fault, "since"),
                    fault.path("running").asBoolean() ? "what ran before goes on" : "its routes do not run");
        }
        out.printf(Locale.ROOT, "in flight: %,d records, %,d bytes; lag: %,d records%n", status.at("/inFlight/records").asLong(),
                status.at("/inFlight/bytes").asLong(), status.path("lag").asLong());
        state(status, "kafka", "Kafka", out);
        state(status, "elasticsearch", "Elasticsearch", out);
        state(status, "deadLetters", "dead letters", out);
    }

    private static void state(JsonNode status, String field, String name, PrintStream out) {
        var state = status.path(field);
        out.printf(Locale.ROOT, "%s: %s%n", name, state.path("fine").asBoolean() ? "fine" : text(state, "problem"));
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asText();
    }
}

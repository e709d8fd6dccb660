package io.penstock.console;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.route.StatusReport;
import io.penstock.route.StatusReports;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** {@code GET /status}: the {@link StatusReport} as JSON, for {@code penstock status} and whoever else wants to know. */
@Path("/status")
public class StatusResource {

    private final StatusReports reports;

    StatusResource(StatusReports reports) {
        this.reports = reports;
    }

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public CompletionStage<String> status() {
        return reports.report().thenApply(report -> json(report).toString());
    }

    private static ObjectNode json(StatusReport report) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("fine", report.isFine());
        json.put("loaded", report.loaded());
        var routes = json.putArray("routes");
        report.routes().forEach(route -> routes.addObject().put("id", route.id()).put("file", route.file())
                .put("state", route.state()).put("since", route.since().toString()));
        var faults = json.putArray("faults");
        report.faults().forEach(fault -> faults.addObject().put("place", fault.place()).put("file", fault.file())
                .put("line", fault.line()).put("column", fault.column()).put("message", fault.message())
                .put("running", fault.running()).put("since", fault.since().toString()));
        json.putObject("inFlight").put("records", report.recordsInFlight()).put("bytes", report.bytesInFlight());
        json.put("lag", report.lag());
        state(json, "kafka", report.kafka());
        state(json, "elasticsearch", report.elasticsearch());
        state(json, "deadLetters", report.deadLetters());
        return json;
    }

    private static void state(ObjectNode json, String name, Optional<String> problem) {
        var state = json.putObject(name).put("fine", problem.isEmpty());
        problem.ifPresent(text -> state.put("problem", text));
    }
}

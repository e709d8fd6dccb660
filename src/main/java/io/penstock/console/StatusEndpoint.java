package io.penstock.console;

import java.util.Optional;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.route.StatusReport;
import io.penstock.route.StatusReports;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;

/** {@code GET /status}: the {@link StatusReport} as JSON, for {@code penstock status} and whoever else wants to know. */
@Singleton
class StatusEndpoint {

    /** Made when first asked for: what it reports of takes its time, and the port isn't open yet. */
    private final Instance<StatusReports> reports;

    StatusEndpoint(Instance<StatusReports> reports) {
        this.reports = reports;
    }

    void install(@Observes Router router) {
        router.get("/status").blockingHandler(this::answer, false);
    }

    private void answer(RoutingContext request) {
        reports.get().report().whenComplete((report, failure) -> {
            if (failure != null) {
                request.fail(failure);
            } else {
                request.response().putHeader("Content-Type", "application/json").end(json(report).toString());
            }
        });
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

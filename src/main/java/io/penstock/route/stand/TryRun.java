package io.penstock.route.stand;

import io.penstock.delivery.Delivery;
import io.penstock.sink.Recorder.Output;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Shows what each step of a route does to records. One thread. */
public final class TryRun {

    private static final Duration AT_MOST = Duration.ofSeconds(10);

    private final TestStand stand;
    private final PrintWriter out;

    public TryRun(TestStand stand, PrintWriter out) {
        this.stand = stand;
        this.out = out;
    }

    /**
     * Sends the records through the loaded routes, and writes what happens to each.
     *
     * @return whether all of them were through in time and none became a dead letter
     */
    public boolean run(List<ConsumerRecord<byte @Nullable [], byte @Nullable []>> records) {
        boolean isThrough = true;
        var trace = new Trace();
        stand.watch(trace);
        for (var record : records) {
            var delivery = stand.run(List.of(record), AT_MOST).getFirst();
            out.println(delivery.coordinates() + ", " + (record.value() == null ? "no value" : record.value().length + " bytes")
                    + ", route " + delivery.route());
            trace.of(delivery).forEach(line -> out.println("  " + line));
            var outputs = stand.outputs();
            outcome(delivery, outputs);
            isThrough &= delivery.isSettled() && outputs.stream().noneMatch(Output.Letter.class::isInstance);
            out.println();
        }
        out.flush();
        return isThrough;
    }

    private void outcome(Delivery delivery, List<Output> outputs) {
        for (var output : outputs) {
            switch (output) {
                case Output.Document(var document, var index) -> {
                    out.println("  => " + document.action().word() + " in " + index + ", id " + document.id()
                            + (document.options().version() == null ? "" : ", version " + document.options().version()));
                    if (document.source().length > 0) {
                        out.println("     " + new String(document.source(), StandardCharsets.UTF_8));
                    }
                }
                case Output.Letter(_, var reason) ->
                    out.println("  => dead letter from step " + reason.step() + ": " + reason.message());
            }
        }
        if (outputs.isEmpty()) {
            out.println(delivery.isSettled() ? "  => dropped: nothing is stored"
                    : "  => not through after " + AT_MOST.toSeconds() + " s");
        }
    }
}

package io.penstock.route.test;

import io.penstock.delivery.Delivery;
import io.penstock.route.RouteFault;
import io.penstock.route.stand.TestStand;
import io.penstock.route.yaml.YamlFault;
import io.penstock.sink.BulkAction;
import io.penstock.sink.BulkDocument;
import io.penstock.sink.Recorder.Output;
import io.penstock.source.fed.Feeds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Runs the cases of test files, one file and one case after the other. */
final class CaseRunner {

    private static final Duration LONGEST_CASE = Duration.ofSeconds(10);

    private final TestStand stand;

    CaseRunner(TestStand stand) {
        this.stand = stand;
    }

    FileResult run(TestSource source) throws Exception {
        List<RouteCase> cases;
        try {
            var folder = source.path().map(path -> path.toAbsolutePath().getParent()).orElse(null);
            cases = new CaseFile(folder, stand::settings).read(source.text());
        } catch (YamlFault e) {
            return failed(source, source.name() + ':' + e.line() + ':' + e.column() + ": " + e.getMessage());
        }
        if (source.routes().isEmpty()) {
            return failed(source, source.name() + ":1:1: there is no route file (*.camel.yaml) beside it");
        }
        var coverage = new Coverage();
        try {
            var faults = stand.load(source.routes());
            if (!faults.isEmpty()) {
                return failed(source, faults.stream().map(RouteFault::said).collect(Collectors.joining("\n")));
            }
            stand.watch(coverage);
            var results = new ArrayList<CaseResult>();
            for (var routeCase : cases) {
                results.add(run(routeCase));
            }
            return new FileResult(source.name(), Optional.empty(), results, Optional.of(coverage.of(stand.routes())));
        } finally {
            stand.watch(null);
        }
    }

    private static FileResult failed(TestSource source, String fault) {
        return new FileResult(source.name(), Optional.of(fault), List.of(), Optional.empty());
    }

    private CaseResult run(RouteCase routeCase) throws IOException {
        long begin = System.nanoTime();
        var topics = stand.topics();
        var records = new ArrayList<ConsumerRecord<byte @Nullable [], byte @Nullable []>>();
        for (var record : routeCase.records()) {
            var topic = record.topic() != null ? record.topic() : topics.size() == 1 ? topics.getFirst() : null;
            if (topic == null || !topics.contains(topic)) {
                return new CaseResult(routeCase, Duration.ZERO, List.of(topic == null
                        ? "the routes read " + topics.size() + " topics " + topics + ": give the record a topic"
                        : "no route reads the topic " + topic + "; they read " + String.join(", ", topics)), List.of());
            }
            records.add(record(record, topic));
        }
        var deliveries = stand.run(records, LONGEST_CASE);
        var actual = actual(deliveries, stand.outputs());
        var time = Duration.ofNanos(System.nanoTime() - begin);
        var differences = new ArrayList<String>();
        for (var delivery : deliveries) {
            if (!delivery.isSettled()) {
                differences.add("the record " + delivery.coordinates() + " is not through after "
                        + LONGEST_CASE.toSeconds() + " s");
            }
        }
        if (routeCase.expected().isPresent()) {
            differences.addAll(Comparison.of(routeCase.expected().get(), actual));
        } else {
            differences.add("it does not say what to expect; penstock test --update writes what comes out now");
        }
        return new CaseResult(routeCase, time, differences, actual);
    }

    private static ConsumerRecord<byte @Nullable [], byte @Nullable []> record(TestRecord record, String topic) {
        var headers = new RecordHeaders();
        record.headers().forEach((name, value) -> headers.add(name, value.getBytes(StandardCharsets.UTF_8)));
        return Feeds.record(topic, record.partition(), record.offset(), record.timestamp(),
                record.key() == null ? null : record.key().getBytes(StandardCharsets.UTF_8), record.value(), headers);
    }

    /** By record, in the order the case gives them: bulks and dead letters come in any order. */
    private static List<Actual> actual(List<Delivery> deliveries, List<Output> outputs) throws IOException {
        var actual = new ArrayList<Actual>();
        for (var delivery : deliveries) {
            var coordinates = delivery.coordinates();
            int before = actual.size();
            for (var output : outputs) {
                switch (output) {
                    case Output.Document(var document, var index) when document.delivery() == delivery ->
                        actual.add(document(coordinates, document, index));
                    case Output.Letter(var of, var reason) when of == delivery -> actual.add(
                            new Actual.Letter(coordinates, reason.step(), reason.message(), reason.exception()));
                    default -> {
                    }
                }
            }
            if (actual.size() == before && delivery.isSettled()) {
                actual.add(new Actual.Dropped(coordinates));
            }
        }
        for (var output : outputs) {
            if (output instanceof Output.Document(var document, var index) && document.delivery() == null) {
                actual.add(document("no record", document, index));
            }
        }
        return actual;
    }

    private static Actual document(String coordinates, BulkDocument document, String index) throws IOException {
        var target = new LinkedHashMap<String, String>();
        target.put("index", index);
        target.put("id", document.id());
        target.put("action", document.action().word());
        var options = document.options();
        target.put("routing", options.routing());
        target.put("version", options.version() == null ? null : Long.toString(options.version()));
        target.put("pipeline", options.pipeline());
        target.values().removeIf(Objects::isNull);
        return document.action() == BulkAction.DELETE ? new Actual.Deleted(coordinates, target)
                : new Actual.Document(coordinates, Json.read(document.source()), target);
    }
}

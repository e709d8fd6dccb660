package io.penstock.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes what a run found, for machines and for docs/delivery.md. */
final class Report {

    private static final Path FOLDER = Path.of("target/faults");

    private Report() {
    }

    static void write(long seed, List<Result> results) throws IOException {
        Files.createDirectories(FOLDER);
        var all = results.stream().map(Report::fields).toList();
        Files.writeString(FOLDER.resolve("results.json"), new ObjectMapper().writerWithDefaultPrettyPrinter()
                .writeValueAsString(Map.of("seed", seed, "results", all)));
        Files.writeString(FOLDER.resolve("results.md"), table(results));
    }

    static String table(List<Result> results) {
        var head = """
                | scenario | broken | records | faults | lost | duplicated | wrong | too early | rewritten | repeated dead letters | seconds |
                | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
                """;
        var rows = results.stream().map(r -> "| %s%s | %.0f %% | %,d | %d | %d | %d | %d | %d | %d | %d | %d |".formatted(
                r.scenario(), r.right() ? "" : " **RED**", r.brokenShare() * 100, r.records(), r.faults(), r.lost(), r.duplicated(),
                r.wrong(), r.tooEarly().size(), r.rewritten(), r.repeatedDeadLetters(), r.seconds()))
                .collect(Collectors.joining("\n"));
        var sum = "\n| **%d variants** | | %,d | %d | %d | %d | %d | %d | %d | %d | %d |\n".formatted(results.size(),
                results.stream().mapToLong(Result::records).sum(), results.stream().mapToLong(Result::faults).sum(),
                results.stream().mapToLong(Result::lost).sum(), results.stream().mapToLong(Result::duplicated).sum(),
                results.stream().mapToLong(Result::wrong).sum(), results.stream().mapToLong(r -> r.tooEarly().size()).sum(),
                results.stream().mapToLong(Result::rewritten).sum(), results.stream().mapToLong(Result::repeatedDeadLetters).sum(),
                results.stream().mapToLong(Result::seconds).sum());
        return head + rows + sum;
    }

    private static Map<String, Object> fields(Result result) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("scenario", result.scenario());
        fields.put("brokenShare", result.brokenShare());
        fields.put("right", result.right());
        fields.put("records", result.records());
        fields.put("faults", result.faults());
        fields.put("lost", result.lost());
        fields.put("duplicated", result.duplicated());
        fields.put("wrong", result.wrong());
        fields.put("tooEarly", result.tooEarly().size());
        fields.put("looks", result.looks());
        fields.put("uncommitted", result.uncommitted());
        fields.put("rewritten", result.rewritten());
        fields.put("repeatedDeadLetters", result.repeatedDeadLetters());
        fields.put("seconds", result.seconds());
        fields.put("peakRssBytes", result.peakRss());
        fields.put("remarks", result.remarks());
        return fields;
    }
}

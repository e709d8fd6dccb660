package io.penstock.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** Writes what runs found, for machines and for docs/delivery.md. */
final class Report {

    private static final Path FOLDER = Path.of("target/faults");

    private Report() {
    }

    /** One run, as it lies in {@code target/faults/results-SEED.json}, or part-SEED.json when it was not of the whole suite. */
    record Run(long seed, List<Row> results) {
    }

    /** What became of a variant, or of several runs of it. */
    record Row(String scenario, double brokenShare, boolean right, long records, long audited, long faults, long lost, long duplicated,
            long wrong, long tooEarly, long checked, long uncommitted, long rewritten, long repeatedDeadLetters, long seconds, long peakRssBytes,
            List<String> notes, List<String> remarks) {

        static Row of(Result r) {
            return new Row(r.scenario(), r.brokenShare(), r.right(), r.records(), r.audited(), r.faults(), r.lost(), r.duplicated(),
                    r.wrong(), r.tooEarly().size(), r.checked(), r.uncommitted(), r.rewritten(), r.repeatedDeadLetters(), r.seconds(),
                    r.peakRss(), r.notes(), r.remarks());
        }

        Row plus(Row o) {
            return new Row(scenario, brokenShare, right && o.right, records + o.records, audited + o.audited, faults + o.faults,
                    lost + o.lost, duplicated + o.duplicated, wrong + o.wrong, tooEarly + o.tooEarly, checked + o.checked,
                    uncommitted + o.uncommitted, rewritten + o.rewritten, repeatedDeadLetters + o.repeatedDeadLetters, seconds + o.seconds,
                    Math.max(peakRssBytes, o.peakRssBytes), List.of(), List.of());
        }
    }

    static void write(long seed, boolean whole, List<Result> results) throws IOException {
        Files.createDirectories(FOLDER);
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(FOLDER.resolve((whole ? "results-" : "part-") + seed + ".json").toFile(),
                new Run(seed, results.stream().map(Row::of).toList()));
    }

    static String table(List<Result> results) {
        return tableOf(results.stream().map(Row::of).toList());
    }

    /** The sums of all whole runs in target/faults, scenario by scenario, with their seeds. */
    static String tableOfAll(List<Scenario> scenarios) throws IOException {
        var runs = new ArrayList<Run>();
        try (var files = Files.newDirectoryStream(FOLDER, "results-*.json")) {
            for (var file : files) {
                runs.add(new ObjectMapper().readValue(file.toFile(), Run.class));
            }
        }
        var rows = new ArrayList<Row>();
        for (var scenario : scenarios) {
            Arrays.stream(scenario.variants()).forEach(broken -> runs.stream().flatMap(run -> run.results.stream())
                    .filter(row -> row.scenario.equals(scenario.name()) && row.brokenShare == broken)
                    .reduce(Row::plus).ifPresent(rows::add));
        }
        return tableOf(rows) + "\n%d runs, of the seeds %s.\n".formatted(runs.size(),
                runs.stream().map(run -> String.valueOf(run.seed)).collect(Collectors.joining(", ")));
    }

    private static String tableOf(List<Row> rows) {
        var head = """
                | scenario | broken | sent | audited | faults | lost | duplicated | wrong | too early | rewritten | repeated dead letters | peak MB | seconds |
                | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
                """;
        return head + rows.stream().map(row -> line(row.scenario + (row.right ? "" : " **RED**"),
                "%.0f %%".formatted(row.brokenShare * 100), row)).collect(Collectors.joining())
                + rows.stream().reduce(Row::plus).map(sum -> line("**" + rows.size() + " variants**", "", sum)).orElse("");
    }

    private static String line(String name, String broken, Row row) {
        List<ToLongFunction<Row>> columns = List.of(Row::records, Row::audited, Row::faults, Row::lost, Row::duplicated, Row::wrong,
                Row::tooEarly, Row::rewritten, Row::repeatedDeadLetters, r -> r.peakRssBytes >> 20, Row::seconds);
        return "| %s | %s | %s |\n".formatted(name, broken, columns.stream().map(column -> "%,d".formatted(column.applyAsLong(row)))
                .collect(Collectors.joining(" | ")));
    }
}

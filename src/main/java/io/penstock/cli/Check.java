package io.penstock.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.penstock.route.RouteFiles;
import io.penstock.route.check.Finding;
import io.penstock.route.check.RouteCheck;
import io.penstock.route.check.RouteCheck.RouteFile;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.smallrye.config.SmallRyeConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code penstock check}. Starts neither Quarkus nor Camel, so that it fits a pre-commit hook. */
@Command(name = "check", mixinStandardHelpOptions = true,
        description = "Checks route files (*.camel.yaml) and says everything that is wrong, as file:line:column: message.",
        footer = {"", "Exit codes: 0 nothing wrong (warnings may be); 1 something is wrong; 2 wrong command line or setting."})
final class Check implements Callable<Integer> {

    @Mixin
    Settings settings;

    @Parameters(arity = "0..*", paramLabel = "FILE|DIR",
            description = "Files, or folders of them; default: --routes, PENSTOCK_ROUTES, else the routes in the executable.")
    List<Path> places = new ArrayList<>();

    private @Nullable SmallRyeConfig config;

    @Option(names = "--json", description = "Writes a list of objects: file, line, column, severity, message, hint.")
    boolean json;

    @Override
    public Integer call() throws IOException {
        var files = new ArrayList<RouteFile>();
        var findings = new ArrayList<Finding>();
        if (places.isEmpty()) {
            setting("penstock.routes").map(Path::of).ifPresent(places::add);
        }
        boolean isAnyEmpty = false;
        for (var place : places) {
            if (!Files.exists(place)) {
                System.err.println("penstock: there is no " + place);
                return 2;
            }
            var found = Files.isDirectory(place) ? RouteFiles.in(place) : List.of(place);
            if (found.isEmpty()) {
                isAnyEmpty = true;
                System.err.println("penstock: " + RouteFiles.missing(place));
            }
            found.forEach(file -> read(file, files, findings));
        }
        if (places.isEmpty()) {
            files.add(shipped());
        }
        files.stream().filter(file -> !file.name().endsWith(RouteFiles.SUFFIX)).map(Check::misnamed).forEach(findings::add);
        findings.addAll(new RouteCheck(this::setting,
                () -> StreamSupport.stream(config().getPropertyNames().spliterator(), false).toList()).check(files));
        var out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        if (json) {
            json(findings, out);
        } else {
            findings.forEach(out::println);
        }
        out.flush();
        return findings.stream().anyMatch(Finding::isError) || isAnyEmpty ? 1 : 0;
    }

    private Optional<String> setting(String name) {
        return config().getOptionalValue(name, String.class);
    }

    /** Read when a route asks for a setting: it takes longer than the check of a small file. */
    private SmallRyeConfig config() {
        var known = config;
        if (known == null) {
            known = ConfigUtils.configBuilder().build();
            config = known;
        }
        return known;
    }

    private static void read(Path file, List<RouteFile> files, List<Finding> findings) {
        try {
            // As the service reads it: what is no UTF-8 is no reason to break off.
            files.add(new RouteFile(file.toString(), new String(Files.readAllBytes(file), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            findings.add(new Finding(file.toString(), 1, 1, Finding.Severity.ERROR, "the file can't be read (" + e + ")", ""));
        }
    }

    private static Finding misnamed(RouteFile file) {
        return new Finding(file.name(), 1, 1, Finding.Severity.WARNING, "the service does not read a file of this name",
                "rename it to " + RouteFiles.renamed(Path.of(file.name())));
    }

    private static RouteFile shipped() throws IOException {
        try (var in = Check.class.getClassLoader().getResourceAsStream(RouteFiles.SHIPPED)) {
            return new RouteFile(RouteFiles.SHIPPED, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static void json(List<Finding> findings, PrintStream out) {
        var list = JsonNodeFactory.instance.arrayNode();
        for (var finding : findings) {
            list.addObject().put("file", finding.file()).put("line", finding.line()).put("column", finding.column())
                    .put("severity", finding.severity().name().toLowerCase()).put("message", finding.message())
                    .put("hint", finding.hint());
        }
        out.println(list.toPrettyString());
    }
}

package io.penstock.cli;

import io.penstock.route.stand.TestStand;
import io.penstock.route.test.RouteTestRun;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code penstock test}. */
@Command(name = "test", mixinStandardHelpOptions = true,
        description = "Runs the route tests (*.test.yaml) beside the routes: no Kafka, no Elasticsearch, nothing is stored.",
        footer = {"", "Exit codes: 0 all passed; 1 a case failed or there is none; 2 wrong command line or setting."})
final class RouteTests implements Callable<Integer>, Engine.Task {

    @Mixin
    Settings settings;
    @Spec
    CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "DIR|FILE",
            description = "A folder or a test file; default: --routes, PENSTOCK_ROUTES, else the test in the executable.")
    @Nullable Path place;

    @Option(names = "--junit", paramLabel = "FILE", description = "Writes a report for CI.")
    @Nullable Path junit;

    @Option(names = "--update", description = "Writes what comes out of failing cases into the test files, for review.")
    boolean update;

    @Option(names = "--watch", description = "Runs again whenever a file in the folder is saved, until Ctrl-C.")
    boolean watch;

    @Override
    public Integer call() {
        return Engine.run(spec);
    }

    @Override
    public int run(TestStand stand) throws Exception {
        var chosen = Optional.ofNullable(place)
                .or(() -> ConfigProvider.getConfig().getOptionalValue("penstock.routes", String.class).map(Path::of));
        var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        var run = new RouteTestRun(stand, out, new RouteTestRun.Options(chosen, Optional.ofNullable(junit), update));
        if (watch) {
            run.watch();
            return 0;
        }
        return run.once() ? 0 : 1;
    }
}

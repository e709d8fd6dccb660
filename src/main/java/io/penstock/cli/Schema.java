package io.penstock.cli;

import io.penstock.route.check.RouteSchema;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code penstock schema}. */
@Command(name = "schema", mixinStandardHelpOptions = true,
        description = "Prints the JSON Schema of route files, for completion in editors.")
final class Schema implements Callable<Integer> {

    @Override
    public Integer call() {
        var out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        out.println(RouteSchema.full());
        out.flush();
        return 0;
    }
}

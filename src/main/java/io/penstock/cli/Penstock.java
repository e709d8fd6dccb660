package io.penstock.cli;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;

import io.penstock.sink.LateTls;
import io.quarkus.runtime.annotations.QuarkusMain;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * The {@code penstock} command; without a subcommand it runs the service.
 *
 * <p>Exit codes: 0 done; 1 the service failed, or stopped with records unsettled; 2 the command line or a setting is wrong.
 */
@QuarkusMain
@Command(name = "penstock", mixinStandardHelpOptions = true, versionProvider = Version.class,
        description = "Carries Kafka records into Elasticsearch through Camel routes, and loses nothing.%n"
                + "Without a subcommand it runs the service.",
        subcommands = {Run.class, Check.class, RouteTests.class, Try.class, ReplayCommand.class, Status.class, Schema.class,
                CommandLine.HelpCommand.class},
        footer = {"", "Exit codes: 0 done; 1 failed, or stopped with records unsettled; 2 wrong command line or setting."})
public final class Penstock implements Callable<Integer> {

    /** When main was called. */
    final Instant began = Instant.now();

    @Mixin
    Settings settings;

    public static void main(String... args) {
        var penstock = new Penstock();
        LateTls.install();
        System.exit(isPlainRun(args) ? penstock.call() : line(penstock).execute(args));
    }

    /** Where {@code @FILE} is a value, as {@code try --record} takes it, and no file of arguments. */
    static CommandLine line(Penstock penstock) {
        return new CommandLine(penstock).setExpandAtFiles(false);
    }

    /** The command line's model takes a third of the service's start, and there is nothing to understand here. */
    private static boolean isPlainRun(String... args) {
        return args.length == 0 || List.of(args).equals(List.of("run"));
    }

    @Override
    public Integer call() {
        return Service.start(began);
    }
}

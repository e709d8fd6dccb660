package io.penstock.cli;

import java.util.concurrent.Callable;

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
        subcommands = {Run.class, Check.class, RouteTests.class, Try.class, Status.class, Schema.class,
                CommandLine.HelpCommand.class},
        footer = {"", "Exit codes: 0 done; 1 failed, or stopped with records unsettled; 2 wrong command line or setting."})
public final class Penstock implements Callable<Integer> {

    @Mixin
    Settings settings;

    public static void main(String... args) {
        System.exit(new CommandLine(new Penstock()).execute(args));
    }

    @Override
    public Integer call() {
        return Service.start();
    }
}

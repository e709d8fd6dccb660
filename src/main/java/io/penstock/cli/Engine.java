package io.penstock.cli;

import io.penstock.route.Routes;
import io.penstock.route.stand.TestStand;
import io.penstock.sink.Recorder;
import io.penstock.source.fed.Feeds;
import io.penstock.source.OpenAggregations;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.quarkus.core.CamelRuntime;
import picocli.CommandLine.Model.CommandSpec;

/** The routes' engine without the service: no port, no Kafka, no Elasticsearch; for commands that put routes on the test stand. */
final class Engine implements QuarkusApplication {

    /** A command that needs the engine. */
    interface Task {

        /** Does the work and returns the exit code. */
        int run(TestStand stand) throws Exception;
    }

    private static final Map<String, String> SETTINGS = Map.of(
            "penstock.source", "test",
            // camel-kafka wants an address that resolves; it is never called.
            "camel.component.kafka.brokers", "localhost:9092",
            "quarkus.http.host-enabled", "false",
            "quarkus.log.level", "WARN",
            // What it finds wrong with a file is the command's to say.
            "quarkus.log.category.\"io.penstock.route.Routes\".level", "OFF",
            "quarkus.log.console.stderr", "true");

    @Inject
    CamelRuntime camel;
    @Inject
    CamelContext context;
    @Inject
    Routes routes;
    @Inject
    Feeds feeds;
    @Inject
    Recorder recorder;
    @Inject
    OpenAggregations aggregations;

    /** Starts the engine, runs the command in it and returns its exit code. */
    static int run(CommandSpec command) {
        return run(Engine.class, SETTINGS, command);
    }

    /** Starts an application for a command, with these settings, and returns its exit code. */
    static int run(Class<? extends QuarkusApplication> application, Map<String, String> settings, CommandSpec command) {
        settings.forEach(System::setProperty);
        var exitCode = new AtomicInteger();
        // Quarkus makes the application itself, so the command goes in as its arguments.
        Quarkus.run(application, (code, failure) -> exitCode.set(failure == null ? code : Service.failed(failure)),
                command.root().commandLine().getParseResult().originalArgs().toArray(String[]::new));
        return exitCode.get();
    }

    /** The command that an application was {@link #run(Class, Map, CommandSpec) started} for. */
    static Object command(String... args) {
        return Penstock.line(new Penstock()).parseArgs(args).subcommand().commandSpec().userObject();
    }

    @Override
    public int run(String... args) throws Exception {
        var task = (Task) command(args);
        camel.start(new String[0]);
        try {
            return task.run(new TestStand(context, feeds, recorder, aggregations, routes));
        } finally {
            camel.stop();
        }
    }
}

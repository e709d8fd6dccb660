package io.penstock.cli;

import io.penstock.delivery.InFlight;
import io.penstock.route.RouteState;
import io.penstock.route.Routes;
import io.penstock.route.replay.Replay;
import io.penstock.source.Intake;
import io.penstock.source.fed.Feeds;
import io.quarkus.runtime.QuarkusApplication;
import jakarta.inject.Inject;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.component.kafka.KafkaEndpoint;
import org.apache.camel.quarkus.core.CamelRuntime;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code penstock replay}. */
@Command(name = "replay", mixinStandardHelpOptions = true,
        description = "Sends the dead letters of a topic through the routes again, as the records they were. The service may run beside it.",
        footer = {"", "Exit codes: 0 all were stored or dropped by their route; 1 some were not, or a route file is refused;"
                + " 2 wrong command line or setting."})
final class ReplayCommand implements Callable<Integer> {

    /** The routes are fed as in push mode, and nobody can send anything else. */
    private static final Map<String, String> SETTINGS = Map.of(
            "penstock.source", "push",
            "quarkus.http.host-enabled", "false",
            "quarkus.log.level", "WARN",
            "quarkus.log.console.stderr", "true");

    @Mixin
    Settings settings;
    @Spec
    CommandSpec spec;

    @Parameters(paramLabel = "TOPIC", description = "The topic of dead letters, for example orders.dead-letters.")
    String topic;

    @Option(names = "--route", paramLabel = "ID", description = "Only those that failed in this route.")
    @Nullable String route;

    @Option(names = "--reason", paramLabel = "PATTERN", description = "Only those in whose reason this regular expression is found.")
    @Nullable Pattern reason;

    @Option(names = "--all", description = "From the beginning of the topic; else from where the last replay without filter ended.")
    boolean all;

    @Option(names = "--dry-run", description = "Names the dead letters and sends none.")
    boolean dryRun;

    @Override
    public Integer call() {
        return Engine.run(Application.class, SETTINGS, spec);
    }

    private Replay.Choice choice() {
        return new Replay.Choice(Optional.ofNullable(route), Optional.ofNullable(reason), all, dryRun);
    }

    /** The service's engine, fed with dead letters. */
    static final class Application implements QuarkusApplication {

        @Inject
        CamelRuntime camel;
        @Inject
        CamelContext context;
        @Inject
        Routes routes;
        @Inject
        Feeds feeds;
        @Inject
        Intake intake;
        @Inject
        InFlight inFlight;
        @Inject
        SettingsCheck settings;
        @Inject
        @ConfigProperty(name = "kafka.bootstrap.servers")
        String bootstrapServers;
        @Inject
        @ConfigProperty(name = "penstock.group.id")
        String group;

        @Override
        public int run(String... args) throws Exception {
            var command = (ReplayCommand) Engine.command(args);
            settings.run();
            camel.start(new String[0]);
            try {
                routes.load();
                if (!routes.faults().isEmpty()) {
                    // Each was logged. What they would read, another route might take.
                    System.err.println("penstock: nothing is sent, as not every route file runs (--routes)");
                    return 1;
                }
                var kafka = context.getEndpoint("kafka:" + command.topic, KafkaEndpoint.class).getConfiguration()
                        .createConsumerProperties();
                kafka.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
                var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
                var running = routes.states().stream().map(RouteState::id).collect(Collectors.toSet());
                return new Replay(feeds, intake, inFlight, running, out)
                        .run(kafka, command.topic, group + "-replay", command.choice()) ? 0 : 1;
            } finally {
                camel.stop();
            }
        }
    }
}

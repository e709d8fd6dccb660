package io.penstock.cli;

import java.net.BindException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import io.penstock.delivery.DeliveryMetrics;
import io.penstock.route.Drain;
import io.penstock.route.Routes;
import io.penstock.route.RoutesConfig;
import io.penstock.route.Summary;
import io.penstock.sink.ElasticsearchPing;
import io.penstock.source.kafka.ConsumerStates;
import io.penstock.source.kafka.KafkaFailure;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.health.SmallRyeHealthReporter;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import org.apache.camel.PropertyBindingException;
import org.apache.camel.quarkus.core.CamelRuntime;
import org.apache.camel.util.StringHelper;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;
import sun.misc.Signal;

/**
 * The running service: opens the HTTP port, starts the routes, waits for SIGTERM, SIGINT or SIGHUP, drains, stops. A second
 * SIGTERM or SIGINT ends the process at once.
 */
final class Service implements QuarkusApplication {

    private static final Logger LOG = Logger.getLogger(Service.class);
    private static final int WRONG_SETTING = 2;
    private static final String HANG_UP = "HUP";
    private static final List<String> SIGNALS = List.of("TERM", "INT", HANG_UP);
    /** Kept back from the shutdown timeout for committing, leaving the group and closing connections. */
    private static final Duration CLOSING = Duration.ofSeconds(3);

    /** What SmallRye puts in front of its words. */
    private static final Pattern CONFIG_CODE = Pattern.compile("^([\\w.]+: )?SRCFG\\d+: ");

    @Inject
    CamelRuntime camel;
    @Inject
    Routes routes;
    @Inject
    Drain drain;
    @Inject
    Summary summary;
    @Inject
    ConsumerStates consumers;
    @Inject
    Instance<ElasticsearchPing> elasticsearch;
    @Inject
    SmallRyeHealthReporter health;
    @Inject
    DeliveryMetrics deliveries;
    @Inject
    RoutesConfig config;
    @Inject
    SettingsCheck settings;

    private final CountDownLatch stop = new CountDownLatch(1);

    /** Runs the service and returns its exit code. */
    static int start(Instant began) {
        for (var name : SIGNALS) {
            // Nothing is in flight before run
            Signal.handle(new Signal(name), signal -> Runtime.getRuntime().halt(0));
        }
        var exitCode = new AtomicInteger();
        // Quarkus makes the application itself, so what it is to know goes in as its arguments.
        Quarkus.run(Service.class, (code, failure) -> exitCode.set(failure == null ? code : failed(failure)), began.toString());
        return exitCode.get();
    }

    /** What takes its time and hangs on nothing else need not stand in the way of the start. */
    private static void beside(String name, Runnable work) {
        Thread.ofPlatform().daemon().name(name).start(() -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.debugf(e, "%s: whoever needs it says what is wrong.", name);
            }
        });
    }

    /** A wrong setting is the user's to mend: it gets one line. Anything else gets its stack. */
    static int failed(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            var wrong = wrongSettings(cause);
            if (!wrong.isEmpty()) {
                wrong.forEach(line -> System.err.println("penstock: " + line));
                return WRONG_SETTING;
            }
        }
        failure.printStackTrace();
        return 1;
    }

    private static List<String> wrongSettings(Throwable cause) {
        return switch (cause) {
            case ConfigValidationException e -> IntStream.range(0, e.getProblemCount())
                    .mapToObj(i -> CONFIG_CODE.matcher(e.getProblem(i).getMessage()).replaceFirst("")).toList();
            case ConfigurationException e -> List.of(String.valueOf(e.getMessage()).strip());
            // Its message has the value, which may be a password.
            case PropertyBindingException e -> List.of("there is no setting " + e.getOptionPrefix()
                    + StringHelper.camelCaseToDash(e.getOptionKey()) + ", or it does not take this value");
            case IllegalArgumentException e -> List.of(String.valueOf(e.getMessage()));
            case KafkaException e -> List.of("Kafka: " + KafkaFailure.text(e) + " (kafka.bootstrap.servers, camel.component.kafka.*)");
            case BindException e -> List.of(e.getMessage() + " (quarkus.http.port, QUARKUS_HTTP_PORT)");
            default -> List.of();
        };
    }

    @Override
    public int run(String... args) throws Exception {
        for (var name : SIGNALS) {
            onSignal(name);
        }
        if (!onExit()) {
            return 0;
        }
        var times = config.startTimes() ? new StartTimes(Instant.parse(args[0])) : null;
        settings.run();
        // Connects, so that the first bulk need not.
        beside("start-elasticsearch", () -> elasticsearch.get().ping());
        camel.start(new String[0]);
        routes.load();
        if (times != null) {
            times.routesRun();
            beside("start-ready", () -> times.await("ready", () -> !health.getReadiness().isDown()));
            beside("start-first-ack", () -> times.await("first-ack", () -> deliveries.totals().stored() > 0));
        }
        Duration interval = config.summaryInterval();
        while (!stop.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
            summary.log(interval);
            consumers.report();
        }
        return stop();
    }

    private void onSignal(String name) {
        Signal.handle(new Signal(name), signal -> {
            // Of a closed terminal both the system and the shell send one, and systemd may send one behind SIGTERM.
            if (stop.getCount() == 0 && !name.equals(HANG_UP)) {
                LOG.warnf("A second SIG%s: stopping at once.", signal.getName());
                Runtime.getRuntime().halt(1);
            }
            stop.countDown();
        });
    }

    /** Stops as well when something else ends the process, which then waits for it. False if that has begun. */
    private boolean onExit() {
        try {
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(stop::countDown));
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    private int stop() {
        long begin = System.nanoTime();
        Duration timeout = config.shutdownTimeout();
        Thread.ofPlatform().daemon().name("shutdown-timeout").start(() -> haltAfter(timeout));
        LOG.infof("Stopping: waiting for what is in flight.");
        boolean drained = drain.run(timeout.compareTo(CLOSING) > 0 ? timeout.minus(CLOSING) : Duration.ZERO);
        camel.stop();
        LOG.infof("Stopped after %d ms.", Duration.ofNanos(System.nanoTime() - begin).toMillis());
        return drained && !drain.isIncomplete() ? 0 : 1;
    }

    private static void haltAfter(Duration timeout) {
        try {
            Thread.sleep(timeout);
        } catch (InterruptedException e) {
            return;
        }
        LOG.errorf("Not stopped within penstock.shutdown-timeout (%s); ending the process.", timeout);
        Runtime.getRuntime().halt(1);
    }
}

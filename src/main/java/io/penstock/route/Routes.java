package io.penstock.route;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.delivery.InFlight;
import io.penstock.route.check.Finding;
import io.penstock.route.check.RouteCheck;
import io.penstock.route.check.RouteCheck.RouteFile;
import io.penstock.route.lean.LeanChannels;
import io.penstock.route.lean.LeanHeadersFactory;
import io.penstock.sink.DeadLetterReasons;
import io.penstock.sink.DeadLetters;
import io.penstock.source.SourceMode;
import org.apache.camel.CamelContext;
import org.apache.camel.LoggingLevel;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.errorhandler.DefaultErrorHandlerDefinition;
import org.apache.camel.spi.CamelLogger;
import org.apache.camel.spi.InternalProcessorFactory;
import org.apache.camel.support.DefaultRegistry;
import org.jboss.logging.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the route files, runs them, and takes in what changes in their folder. A file with a fault is refused, with the others
 * none the wiser; what ran of it before goes on.
 *
 * <p>{@link #load()} is called once; then a thread of its own looks after the folder, until the in-flight bound is closed. The
 * rest may be called from any thread.
 */
public final class Routes {

    private static final Logger LOG = Logger.getLogger(Routes.class);
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(300);

    private final CamelContext context;
    private final RoutesConfig config;
    private final InFlight inFlight;
    private final MeterRegistry registry;
    private final DeclaredBeans beans = new DeclaredBeans();
    private final RouteReader reader;
    private final TrialBuild trial;
    private final RunningRoutes running;
    /** What runs, by file. Written by the one thread that loads. */
    private final Map<String, RouteVersion> versions = new TreeMap<>();
    /** What did not start, and was tried together; without text is what is gone. Not tried again until some of it changes. */
    private final List<List<RouteSource>> takenBack = new ArrayList<>();
    private final Map<String, RouteFault> faults = new ConcurrentHashMap<>();
    private volatile boolean loaded;
    private volatile int kafkaConsumers = 1;

    /** Prepares the context: every route added to it from now on settles its deliveries. */
    public Routes(CamelContext context, RoutesConfig config, DeadLetters deadLetters, InFlight inFlight, MeterRegistry registry) {
        this.context = context;
        this.config = config;
        this.inFlight = inFlight;
        this.registry = registry;
        // One for each route: Camel stops a route's policies with it.
        context.addRoutePolicyFactory((camel, routeId, route) -> new DeliveryPolicy(deadLetters));
        context.getCamelContextExtension().setErrorHandlerFactory(errorHandler());
        context.getCamelContextExtension().addInterceptStrategy(new StepErrors());
        context.getCamelContextExtension().addInterceptStrategy(new OpenGroups());
        context.getCamelContextExtension().setHeadersMapFactory(new LeanHeadersFactory());
        context.getCamelContextExtension().addContextPlugin(InternalProcessorFactory.class, new LeanChannels());
        // The bound on records in flight bounds these queues; a full one would make the thread that reads a topic do the work.
        context.getExecutorServiceManager().getDefaultThreadPoolProfile().setMaxQueueSize(Integer.MAX_VALUE);
        RoutePools.profiles().forEach(context.getExecutorServiceManager()::registerThreadPoolProfile);
        context.getExecutorServiceManager().setThreadPoolFactory(new RoutePools(inFlight));
        context.getRegistry(DefaultRegistry.class).addBeanRepository(beans);
        reader = new RouteReader(context, beans, new RouteDefaults(deadLetters));
        trial = new TrialBuild(context, reader);
        running = new RunningRoutes(context, beans, reader);
        registry.gauge("penstock.routes.faults", faults, Map::size);
    }

    /** Fails the exchange, silently: its record becomes a dead letter, which says what there is to say. */
    private static DefaultErrorHandlerDefinition errorHandler() {
        var errorHandler = new DefaultErrorHandlerDefinition();
        errorHandler.disableRedelivery();
        errorHandler.logStackTrace(false);
        errorHandler.logExhaustedMessageHistory(false);
        errorHandler.setLoggerBean(new CamelLogger(LoggerFactory.getLogger(Routes.class), LoggingLevel.OFF));
        errorHandler.setOnExceptionOccurredProcessor(DeadLetterReasons::noteStep);
        return errorHandler;
    }

    /**
     * Loads and starts every route file; a folder is watched from then on.
     *
     * @throws IllegalArgumentException if the routes folder does not exist or can't be read
     */
    public void load() {
        try {
            Optional<RouteFiles> folder = config.routes().map(Path::of).map(RouteFiles::new);
            List<RouteSource> sources = folder.isPresent() ? folder.get().read() : RouteFiles.shipped(context);
            start(sources);
            tellIfEmpty(sources);
            folder.ifPresent(files -> Thread.ofPlatform().daemon().name("route-files").start(() -> watch(files)));
        } catch (IOException e) {
            throw new IllegalArgumentException("penstock.routes (PENSTOCK_ROUTES, --routes): " + config.routes().orElse("") + " can't be read: "
                    + e.getClass().getSimpleName() + ": " + e.getMessage(), e);
        }
    }

    void start(List<RouteSource> sources) {
        take(sources);
        loaded = true;
    }

    /**
     * Runs these files, and none that ran before. Belongs to one thread, and instead of {@link #load()}. Throws nothing: a file
     * that can't be read is one of the faults.
     *
     * @param locations Camel resource locations
     * @return what is wrong with them; the others run
     */
    public List<RouteFault> replace(List<String> locations) {
        take(List.of());
        take(RouteFiles.at(locations, context));
        return faults();
    }

    private void watch(RouteFiles files) {
        String unreadable = "";
        while (!inFlight.isClosed()) {
            try {
                Thread.sleep(LOOK_INTERVAL);
                var sources = files.changed();
                unreadable = "";
                if (sources.isPresent() && !inFlight.isClosed()) {
                    take(sources.get());
                    tellIfEmpty(sources.get());
                }
            } catch (IOException e) {
                if (!unreadable.equals(e.toString())) {
                    unreadable = e.toString();
                    LOG.errorf("The routes folder can't be read (%s); what runs goes on. See penstock.routes.", unreadable);
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException | StackOverflowError | LinkageError e) {
                LOG.error("Route files were not taken in; what runs goes on.", e);
                var folder = config.routes().orElseThrow();
                var message = "its files were not taken in (" + e + "); see the log";
                faults.put(folder, RouteFault.ofFolder(folder, message, true));
            }
        }
    }

    /** A folder without a route file, which a misspelt name in a ConfigMap makes, is a fault until there is one. */
    private void tellIfEmpty(List<RouteSource> sources) throws IOException {
        if (sources.isEmpty()) {
            var folder = config.routes().orElseThrow();
            var message = RouteFiles.missing(Path.of(folder));
            faults.put(folder, RouteFault.ofFolder(folder, message, false));
            LOG.errorf("%s; nothing runs", message);
        }
    }

    /** Brings what runs to what the files say, as far as they are good. One thread. */
    void take(List<RouteSource> sources) {
        var next = new TreeMap<String, RouteVersion>();
        var untried = unchangedSinceTakenBack(sources);
        for (RouteSource source : sources) {
            if (untried.contains(source.location())) {
                continue;
            }
            var old = running(source.location());
            if (!old.isNone() && old.source().sameTextAs(source)) {
                cleared(old);
            } else {
                read(source, old).ifPresent(version -> next.put(version.location(), version));
            }
        }
        var files = sources.stream().map(RouteSource::location).toList();
        faults.keySet().removeIf(file -> !files.contains(file));
        versions.keySet().stream().filter(file -> !files.contains(file) && !untried.contains(file))
                .forEach(file -> next.put(file, RouteVersion.none(file)));
        refuseClashes(next);
        countConsumers(next);
        for (List<RouteSwap> together : swaps(next)) {
            try {
                swap(together);
            } catch (RuntimeException | StackOverflowError | LinkageError e) {
                // Nobody expected it, so it is not the end for the other files; these are tried again at the next change.
                for (RouteSwap swap : together) {
                    LOG.errorf(e, "%s was not taken in; what ran of it goes on.", swap.next().file());
                    faults.put(swap.location(), RouteFault.of(swap.next().source(), e, true));
                }
                count("refused");
            }
        }
    }

    private void countConsumers(Map<String, RouteVersion> next) {
        kafkaConsumers = Math.max(1, runningWith(next).values().stream().flatMap(version -> version.routes().stream()).mapToInt(this::consumers).sum());
    }

    private int consumers(RouteDefinition route) {
        try {
            return KafkaInput.of(route, context).map(input -> input.consumers(
                    context.getComponent("kafka", KafkaComponent.class).getConfiguration().getConsumersCount())).orElse(0);
        } catch (IllegalArgumentException e) {
            // It won't start, which says why.
            return 0;
        }
    }

    /** How many consumers of Kafka the files ask for, with those that are about to run; at least one. */
    int kafkaConsumers() {
        return kafkaConsumers;
    }

    private Map<String, RouteVersion> runningWith(Map<String, RouteVersion> next) {
        var all = new TreeMap<>(versions);
        all.putAll(next);
        return all;
    }

    /** A second try would stop what was brought back, for nothing. */
    private Set<String> unchangedSinceTakenBack(List<RouteSource> sources) {
        var now = sources.stream().collect(Collectors.toMap(RouteSource::location, source -> source));
        takenBack.removeIf(together -> !together.stream().allMatch(source -> source.sameTextAs(now.getOrDefault(source.location(),
                RouteVersion.none(source.location()).source()))));
        return takenBack.stream().flatMap(List::stream).map(RouteSource::location).collect(Collectors.toSet());
    }

    private RouteVersion running(String location) {
        return versions.getOrDefault(location, RouteVersion.none(location));
    }

    private Optional<RouteVersion> read(RouteSource source, RouteVersion old) {
        try {
            if (!source.unreadable().isEmpty()) {
                throw new IllegalArgumentException("the file can't be read (" + source.unreadable() + ")");
            }
            // At the start there is nothing yet that a trial could save.
            if (loaded) {
                trial.run(source);
            }
            var version = reader.read(source);
            return Optional.of(version.hasSurroundingOf(old) ? version.withBeansOf(old) : version);
        } catch (Exception | StackOverflowError | LinkageError e) {
            // Camel makes what the file names, and a class may be in the executable only in part.
            refused(source, e, "refused");
            return Optional.empty();
        }
    }

    /**
     * Two files can't have a route or a bean of the same name, nor in push mode read a topic in two groups: who has it keeps it, the
     * newcomer is refused.
     */
    private void refuseClashes(Map<String, RouteVersion> next) {
        for (var clash = clash(next); clash.isPresent(); clash = clash(next)) {
            var loser = clash.get().loser;
            next.remove(loser.location());
            if (loser.beans() != running(loser.location()).beans()) {
                loser.destroyBeans();
            }
            refused(loser.source(), new IllegalArgumentException(clash.get().message), "refused");
        }
    }

    private record Clash(RouteVersion loser, String message) {
    }

    /** One of which the loser is new; so each that is refused leaves fewer. */
    private Optional<Clash> clash(Map<String, RouteVersion> next) {
        var all = runningWith(next);
        var owners = new HashMap<String, RouteVersion>();
        for (RouteVersion version : all.values()) {
            for (String name : version.names()) {
                var owner = owners.putIfAbsent(name, version);
                if (owner != null) {
                    boolean newcomer = next.containsKey(owner.location()) && !running(owner.location()).names().contains(name);
                    var loser = newcomer ? owner : version;
                    var keeper = newcomer ? version : owner;
                    if (next.containsKey(loser.location())) {
                        return Optional.of(new Clash(loser, "there is a " + name + " in " + keeper.file() + " already; rename one"));
                    }
                }
            }
        }
        return config.source() == SourceMode.PUSH ? groupClash(next, all) : Optional.empty();
    }

    /** Each would be given a part of what it expects all of. */
    private Optional<Clash> groupClash(Map<String, RouteVersion> next, Map<String, RouteVersion> all) {
        var before = new ArrayList<Reading>();
        for (Reading reading : all.values().stream().flatMap(version -> readings(version).stream()).toList()) {
            boolean newcomer = next.containsKey(reading.version().location())
                    && !reading.isAmong(readings(running(reading.version().location())));
            for (Reading other : before) {
                var loser = newcomer ? reading.version() : other.version();
                if (other.dividesWith(reading) && next.containsKey(loser.location())) {
                    return Optional.of(new Clash(loser, "topic " + reading.topic() + " is read in the group " + other.group()
                            + " and in the group " + reading.group() + ", but in push mode a record goes to one route of its topic; let"
                            + " one route read it, with multicast, or take the other's groupId out if it is to have a part"));
                }
            }
            before.add(reading);
        }
        return Optional.empty();
    }

    private List<Reading> readings(RouteVersion version) {
        return Reading.of(version, context, config.groupId());
    }

    /** What is swapped together: each file by itself, or all at once when a route, or in push mode a topic, moves from one to another. */
    private List<List<RouteSwap>> swaps(Map<String, RouteVersion> next) {
        var swaps = next.values().stream().map(version -> new RouteSwap(running(version.location()), version)).toList();
        boolean moving = swaps.stream().anyMatch(swap -> swaps.stream()
                .anyMatch(other -> swap.takesFrom(other) || takesTopicFrom(swap, other)));
        return moving ? List.of(swaps) : swaps.stream().map(List::of).toList();
    }

    /** Into another group: if the other were brought back, each would be given a part. */
    private boolean takesTopicFrom(RouteSwap swap, RouteSwap other) {
        return config.source() == SourceMode.PUSH && swap != other && !other.old().isNone() && readings(other.old()).stream()
                .anyMatch(old -> readings(swap.next()).stream().anyMatch(old::dividesWith));
    }

    private void swap(List<RouteSwap> swaps) {
        switch (running.swap(swaps)) {
            case SwapResult.Taken _ -> swaps.forEach(swap -> taken(swap.next()));
            case SwapResult.Restored(var culprit, var cause, var lost) -> {
                lost.forEach(versions::remove);
                if (swaps.stream().anyMatch(swap -> versions.containsKey(swap.location()))) {
                    takenBack.add(swaps.stream().map(swap -> swap.next().source()).toList());
                }
                refused(culprit.next().source(), cause, "restored");
                for (RouteSwap swap : swaps) {
                    if (lost.contains(swap.location())) {
                        faults.put(swap.location(), RouteFault.of(swap.next().source(), cause, false));
                    }
                }
            }
        }
    }

    private void taken(RouteVersion version) {
        if (version.isNone()) {
            versions.remove(version.location());
            LOG.infof("%s is gone; its routes are stopped.", version.file());
        } else {
            versions.put(version.location(), version);
            faults.remove(version.location());
            LOG.infof("Routes of %s run: %s", version.file(), String.join(", ", version.ids()));
        }
        count("taken");
    }

    private void cleared(RouteVersion version) {
        if (faults.remove(version.location()) != null) {
            LOG.infof("%s is as it runs again.", version.file());
        }
    }

    private void refused(RouteSource source, Throwable failure, String result) {
        var before = faults.get(source.location());
        // What was bad at the start, or was lost, is missing until it is good.
        boolean nothingMissing = loaded && (versions.containsKey(source.location()) || before == null || before.running());
        var fault = explained(source).map(finding -> RouteFault.of(source, finding, nothingMissing))
                .orElseGet(() -> RouteFault.of(source, failure, nothingMissing));
        faults.put(source.location(), fault);
        if (before == null || !before.message().equals(fault.message()) || before.line() != fault.line()) {
            LOG.errorf("%s (%s; the file is read again when it changes)", fault.said(),
                    versions.containsKey(source.location()) ? "what ran of it goes on" : "nothing of it runs");
            count(result);
        }
    }

    /** What {@code penstock check} finds wrong in a file that was refused; nothing if it finds nothing. */
    private Optional<Finding> explained(RouteSource source) {
        if (!source.unreadable().isEmpty()) {
            return Optional.empty();
        }
        try {
            var check = new RouteCheck(name -> context.getPropertiesComponent().resolveProperty(name), List::of);
            return check.check(List.of(new RouteFile(source.file(), new String(source.content(), StandardCharsets.UTF_8)))).stream()
                    .filter(Finding::isError).findFirst();
        } catch (RuntimeException | StackOverflowError e) {
            LOG.debugf(e, "%s could not be checked", source.file());
            return Optional.empty();
        }
    }

    private void count(String result) {
        if (loaded) {
            registry.counter("penstock.routes.reloads", "result", result).increment();
        }
    }

    /** True once every file was read, with or without success. */
    public boolean isLoaded() {
        return loaded;
    }

    /**
     * True while all runs that files give, be it of a version before. In push mode it is enough that something runs: events are sent
     * to nobody who isn't ready, so one bad file would keep them from the routes of all others.
     */
    public boolean isReady() {
        return loaded && (faults.values().stream().allMatch(RouteFault::running)
                || config.source() == SourceMode.PUSH && !states().isEmpty());
    }

    /** What is wrong with route files, in the order of their names. */
    public List<RouteFault> faults() {
        return List.copyOf(new TreeMap<>(faults).values());
    }

    /** The routes that files give, in the order of their ids. */
    public List<RouteState> states() {
        return running.states();
    }
}

package io.penstock.faults;

import io.penstock.stack.KafkaTap;
import io.penstock.stack.PenstockProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.apache.kafka.common.GroupState;

/** The consumer group changes, or goes on without one of its members. */
final class GroupFaults {

    private GroupFaults() {
    }

    static List<Scenario> all() {
        return List.of(
                Scenario.of("group-eager", "members join and leave, eager rebalances", assignor("RangeAssignor"),
                        trial -> churn(trial, false)).heavy(4),
                Scenario.of("group-cooperative", "members join and leave, cooperative rebalances",
                        assignor("CooperativeStickyAssignor"), trial -> churn(trial, false)).heavy(4),
                Scenario.of("group-static", "static members leave and come back", trial -> churn(trial, true)).heavy(4),
                Scenario.of("group-fenced", "another member comes with the same group.instance.id", GroupFaults::fenced).heavy(2),
                Scenario.of("revoke-eager", "the broker gets SIGKILL during the commit of a rebalance, eager", assignor("RangeAssignor"),
                        GroupFaults::commitOnRevokeFails).heavy(2),
                Scenario.of("revoke-cooperative", "the broker gets SIGKILL during the commit of a rebalance, cooperative",
                        assignor("CooperativeStickyAssignor"), GroupFaults::commitOnRevokeFails).heavy(2),
                Scenario.of("group-paused", "a member hangs (SIGSTOP) beyond its session while another takes over",
                        GroupFaults::paused).heavy(4),
                Scenario.of("slow-poll", "a member hangs beyond max.poll.interval.ms, alone",
                        Map.of("camel.component.kafka.max-poll-interval-ms", "3000",
                                "camel.component.kafka.session-timeout-ms", "60000"), GroupFaults::slowPoll).heavy(2));
    }

    private static void churn(Trial trial, boolean isStatic) throws Exception {
        if (isStatic) {
            trial.setting("camel.component.kafka.group-instance-id", "one");
        }
        trial.begin();
        var others = new ArrayList<PenstockProcess>();
        trial.repeat(5, () -> {
            if (others.size() < 2 && (others.isEmpty() || trial.random().nextBoolean())) {
                var other = trial.startAnother(isStatic
                        ? Map.of("camel.component.kafka.group-instance-id", "other-" + others.size()) : Map.of());
                others.add(other);
                Trial.await(() -> other.output().contains("Assigned [" + trial.topic()), Duration.ofSeconds(30));
            } else if (trial.random().nextBoolean()) {
                others.removeLast().kill();
            } else {
                others.removeLast().terminate();
            }
        });
    }

    private static Map<String, String> assignor(String name) {
        return Map.of("camel.component.kafka.partition-assignor", "org.apache.kafka.clients.consumer." + name);
    }

    private static void fenced(Trial trial) throws Exception {
        trial.setting("camel.component.kafka.group-instance-id", "one");
        trial.begin();
        trial.repeat(2, () -> {
            var other = trial.startAnother(Map.of());
            trial.check(Trial.await(() -> other.output().contains("Assigned [" + trial.topic()), Duration.ofSeconds(60)),
                    "the other never got in");
            trial.load().send(200);
            trial.pause(0, 2_000);
            if (trial.random().nextBoolean()) {
                other.kill();
            } else {
                other.terminate();
            }
        });
    }

    /** A bulk that is held back keeps the rebalance waiting, so that its commit is the next one. */
    private static void commitOnRevokeFails(Trial trial) throws Exception {
        trial.setting("penstock.kafka.commit-interval", "1m");
        trial.setting("penstock.kafka.drain-timeout", "20s");
        // Else what is held back is given up and sent again
        trial.setting("elasticsearch.socket-timeout", "60s");
        // Behind the bulk that is held back all others wait, so that every partition has records in flight, whichever are taken away
        trial.setting("penstock.bulk.max-concurrent", "1");
        trial.proxy();
        trial.tap();
        trial.begin();
        trial.repeat(2, () -> {
            // Else it may be the last round's partitions that are still being given up
            trial.check(Trial.await(() -> hasAll(trial), Duration.ofSeconds(60)), "the first member never got all partitions");
            int revoked = count(trial.penstock().output(), "Giving up [");
            try (var bulk = trial.proxy().hold(true)) {
                trial.load().send(500);
                trial.load().flush();
                trial.check(bulk.await(Duration.ofSeconds(20)), "no bulk was under way");
                var other = trial.closed(trial.startAnother(Map.of()));
                trial.check(Trial.await(() -> count(trial.penstock().output(), "Giving up [") > revoked, Duration.ofSeconds(60)),
                        "no partition was taken away");
                try (var commit = trial.tap().hold(KafkaTap.Kind.COMMIT, trial.random().nextBoolean())) {
                    bulk.close();
                    trial.check(commit.await(Duration.ofSeconds(20)), "nothing was committed in the rebalance");
                    trial.kafka().kill();
                }
                trial.pause(0, 2_000);
                trial.kafka().start();
                other.terminate();
            }
        });
    }

    /** Whether the group is at rest, with one member. */
    private static boolean hasAll(Trial trial) {
        try {
            var group = trial.kafka().admin().describeConsumerGroups(List.of(trial.group())).all().get().get(trial.group());
            return group.groupState() == GroupState.STABLE && group.members().size() == 1
                    && group.members().iterator().next().assignment().topicPartitions().size() == Trial.PARTITIONS;
        } catch (ExecutionException _) {
            // The broker is just back
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int count(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }

    private static void paused(Trial trial) throws Exception {
        trial.begin();
        var other = trial.startAnother(Map.of());
        Trial.await(() -> other.output().contains("Assigned [" + trial.topic()), Duration.ofSeconds(30));
        trial.repeat(3, () -> {
            var paused = trial.random().nextBoolean() ? trial.penstock() : other;
            paused.freeze();
            trial.pause(5_000, 8_000);
            paused.thaw();
        });
        trial.check(Trial.await(() -> trial.penstock().output().contains("Lost [") || other.output().contains("Lost ["),
                Duration.ofSeconds(20)), "no partition was lost: no fault was had");
    }

    private static void slowPoll(Trial trial) throws Exception {
        trial.begin();
        trial.repeat(3, () -> {
            trial.penstock().freeze();
            trial.pause(4_000, 6_000);
            trial.penstock().thaw();
        });
    }
}

package io.penstock.faults;

import io.penstock.stack.PenstockProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The consumer group changes, or goes on without one of its members. */
final class GroupFaults {

    private static final String COOPERATIVE = "org.apache.kafka.clients.consumer.CooperativeStickyAssignor";

    private GroupFaults() {
    }

    static List<Scenario> all() {
        return List.of(
                Scenario.of("group-eager", "members join and leave, eager rebalances", trial -> churn(trial, false)),
                Scenario.of("group-cooperative", "members join and leave, cooperative rebalances",
                        Map.of("camel.component.kafka.partition-assignor", COOPERATIVE), trial -> churn(trial, false)),
                Scenario.of("group-static", "static members leave and come back", trial -> churn(trial, true)),
                Scenario.of("group-paused", "a member hangs (SIGSTOP) beyond its session while another takes over",
                        GroupFaults::paused),
                Scenario.of("slow-poll", "a member hangs beyond max.poll.interval.ms, alone",
                        Map.of("camel.component.kafka.max-poll-interval-ms", "3000",
                                "camel.component.kafka.session-timeout-ms", "60000"), GroupFaults::slowPoll));
    }

    private static void churn(Trial trial, boolean isStatic) throws Exception {
        if (isStatic) {
            trial.setting("camel.component.kafka.group-instance-id", "one");
        }
        trial.begin();
        var others = new ArrayList<PenstockProcess>();
        trial.repeat(8, () -> {
            if (others.size() < 2 && (others.isEmpty() || trial.random().nextBoolean())) {
                var other = trial.startAnother(isStatic
                        ? Map.of("camel.component.kafka.group-instance-id", "other-" + others.size()) : Map.of());
                others.add(other);
                Trial.await(() -> other.output().contains("Assigned ["), Duration.ofSeconds(30));
            } else if (trial.random().nextBoolean()) {
                others.removeLast().kill();
            } else {
                others.removeLast().terminate();
            }
        });
    }

    private static void paused(Trial trial) throws Exception {
        trial.begin();
        var other = trial.startAnother(Map.of());
        Trial.await(() -> other.output().contains("Assigned ["), Duration.ofSeconds(30));
        trial.repeat(5, () -> {
            var paused = trial.random().nextBoolean() ? trial.penstock() : other;
            paused.freeze();
            trial.pause(5_000, 8_000);
            paused.thaw();
        });
        trial.check(trial.penstock().output().contains("Lost [") || other.output().contains("Lost ["),
                "no partition was lost: no fault was had");
    }

    private static void slowPoll(Trial trial) throws Exception {
        trial.begin();
        trial.repeat(5, () -> {
            trial.penstock().freeze();
            trial.pause(4_000, 6_000);
            trial.penstock().thaw();
        });
    }
}

package io.penstock.bench.simulation;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * KEDA's Kafka scaler by lag: from none to one and back by KEDA itself, at its polling interval and after its cooldown period, and
 * between by the horizontal pod autoscaler (HPA) with the lag as average value, its tolerance, its default behavior (up: doubled or
 * four more in 15 s, down: to the most that was wanted in five minutes) and its sync period.
 */
public final class KedaAutoscaler implements Autoscaler {

    /**
     * @param lagThreshold lag an instance is to have
     * @param maxReplicas  instances at most; more than there are partitions are never asked for
     */
    public record Settings(int pollingSeconds, int cooldownSeconds, long lagThreshold, int maxReplicas) {

        /** KEDA's own; {@code maxReplicaCount} is 100. */
        public static final Settings DEFAULT = new Settings(30, 300, 10, 100);
    }

    private static final int SYNC_SECONDS = 15;
    private static final int SCALE_UP_SECONDS = 15;
    private static final int SCALE_UP_PODS = 4;
    private static final int STABILIZATION_SECONDS = 300;
    private static final double TOLERANCE = 0.1;
    private static final int NEVER = Integer.MIN_VALUE / 2;

    private record Recommendation(int second, int replicas) {
    }

    private final Settings settings;
    private final Deque<Recommendation> recommendations = new ArrayDeque<>();
    private int current;
    private int lastActive = NEVER;
    private int periodBegan = NEVER;
    private int periodStart;

    public KedaAutoscaler(Settings settings) {
        this.settings = settings;
    }

    @Override
    public int replicas(Observed observed) {
        if (observed.second() % settings.pollingSeconds() == 0) {
            poll(observed);
        }
        if (current > 0 && observed.second() % SYNC_SECONDS == 0) {
            current = sync(observed.second(), current, lag(observed));
        }
        return current;
    }

    private void poll(Observed observed) {
        if (observed.lag() > 0) {
            lastActive = observed.second();
            current = Math.max(1, current);
        } else if (observed.second() - lastActive >= settings.cooldownSeconds()) {
            current = 0;
            recommendations.clear();
        }
    }

    /** As {@code getTotalLag} of KEDA's scaler gives it: no more instances than partitions. */
    private long lag(Observed observed) {
        return Math.min(observed.lag(), observed.partitions() * settings.lagThreshold());
    }

    /** One round of the HPA. */
    int sync(int second, int replicas, long lag) {
        recommendations.addLast(new Recommendation(second, Math.clamp(proposal(replicas, lag), 1, settings.maxReplicas())));
        while (recommendations.getFirst().second() <= second - STABILIZATION_SECONDS) {
            recommendations.removeFirst();
        }
        int proposed = recommendations.getLast().replicas();
        if (proposed > replicas) {
            if (second - periodBegan >= SCALE_UP_SECONDS) {
                periodBegan = second;
                periodStart = replicas;
            }
            return Math.min(proposed, Math.max(periodStart + SCALE_UP_PODS, 2 * periodStart));
        }
        return Math.min(replicas, recommendations.stream().mapToInt(Recommendation::replicas).max().orElse(replicas));
    }

    /** The algorithm's core: as many as bring the average to the threshold, and no change for less than a tenth. */
    int proposal(int replicas, long lag) {
        double usage = (double) lag / (settings.lagThreshold() * (double) replicas);
        return Math.abs(usage - 1) <= TOLERANCE ? replicas : (int) Math.ceil((double) lag / settings.lagThreshold());
    }
}

package io.penstock.bench.simulation;

/**
 * Knative's pod autoscaler (KPA) by concurrency. The decision is that of {@code pkg/autoscaler/scaling/autoscaler.go}, the defaults those
 * of {@code config-autoscaler}; both windows are plain averages over one second buckets, and it decides every two seconds, as there.
 */
public final class KnativeAutoscaler implements Autoscaler {

    /**
     * @param target               requests an instance is to have; Knative aims at {@code targetUtilization} of it
     * @param maxScale             instances at most; 0 for no bound
     * @param stableWindowSeconds  what is averaged over, and how long nothing must come before the last instance goes
     * @param scaleToZeroGraceSeconds how long it takes after that at most
     */
    public record Settings(double target, double targetUtilization, int maxScale, int stableWindowSeconds, double panicWindowShare,
            double panicThreshold, double maxScaleUpRate, double maxScaleDownRate, int scaleToZeroGraceSeconds) {

        public static final Settings DEFAULT = new Settings(100, 0.7, 0, 60, 0.10, 2.0, 1000, 2, 30);

        /** The annotations {@code target} and {@code max-scale}. */
        public Settings with(double newTarget, int newMaxScale) {
            return new Settings(newTarget, targetUtilization, newMaxScale, stableWindowSeconds, panicWindowShare, panicThreshold,
                    maxScaleUpRate, maxScaleDownRate, scaleToZeroGraceSeconds);
        }

        int panicWindowSeconds() {
            return (int) Math.max(1, Math.round(stableWindowSeconds * panicWindowShare));
        }
    }

    private static final int TICK_SECONDS = 2;
    private static final int NEVER = -1;

    private final Settings settings;
    private final double[] buckets;
    private int seen;
    private int panicSince = NEVER;
    private int maxPanicPods;
    private int idleSince = NEVER;
    private int current;

    public KnativeAutoscaler(Settings settings) {
        this.settings = settings;
        this.buckets = new double[settings.stableWindowSeconds()];
    }

    @Override
    public int replicas(Observed observed) {
        buckets[observed.second() % buckets.length] = observed.concurrency();
        seen++;
        if (observed.second() % TICK_SECONDS == 0) {
            decide(observed);
        }
        return current;
    }

    private void decide(Observed observed) {
        double stable = average(observed.second(), settings.stableWindowSeconds());
        double panic = average(observed.second(), settings.panicWindowSeconds());
        int wanted = desired(observed.second(), observed.ready(), stable, panic);
        if (settings.maxScale() > 0) {
            wanted = Math.min(wanted, settings.maxScale());
        }
        if (wanted > 0) {
            idleSince = NEVER;
            current = wanted;
            return;
        }
        if (idleSince == NEVER) {
            idleSince = observed.second();
        }
        // The last instance stays until the network knows
        current = observed.second() - idleSince >= settings.scaleToZeroGraceSeconds() ? 0 : Math.min(1, observed.replicas());
    }

    /** {@code Scale()} of Knative's autoscaler. */
    int desired(int second, int ready, double stable, double panic) {
        double readyPods = Math.max(1, ready);
        double target = settings.target() * settings.targetUtilization();
        double maxScaleUp = Math.ceil(settings.maxScaleUpRate() * readyPods);
        double maxScaleDown = Math.floor(readyPods / settings.maxScaleDownRate());
        double stablePods = Math.ceil(stable / target);
        double panicPods = Math.ceil(panic / target);
        int desiredStable = (int) Math.min(Math.max(stablePods, maxScaleDown), maxScaleUp);
        int desiredPanic = (int) Math.min(Math.max(panicPods, maxScaleDown), maxScaleUp);
        boolean over = panicPods / readyPods >= settings.panicThreshold();
        if (over) {
            panicSince = second;
        } else if (panicSince != NEVER && panicSince + settings.stableWindowSeconds() < second) {
            panicSince = NEVER;
            maxPanicPods = 0;
        }
        if (panicSince == NEVER) {
            return desiredStable;
        }
        maxPanicPods = Math.max(maxPanicPods, Math.max(desiredStable, desiredPanic));
        return maxPanicPods;
    }

    private double average(int second, int window) {
        int length = Math.min(window, seen);
        double sum = 0;
        for (int back = 0; back < length; back++) {
            sum += buckets[Math.floorMod(second - back, buckets.length)];
        }
        return sum / length;
    }
}

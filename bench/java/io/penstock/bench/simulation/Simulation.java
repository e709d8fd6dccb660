package io.penstock.bench.simulation;

import io.penstock.bench.simulation.Autoscaler.Observed;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A burst that lies in its partitions when time begins, and instances that an autoscaler starts and stops while it drains, second by
 * second. The same arguments always give the same outcome.
 *
 * <p>Simplified: partitions are dealt out anew and without a pause whenever the number of instances changes; an instance that goes
 * finishes its second; nothing fails, and nothing more comes.
 */
public final class Simulation {

    /** @param stored in this second */
    public record Moment(int second, long lag, int ready, int replicas, long stored) {
    }

    /**
     * @param moments         one a second
     * @param drainedSeconds  when all was stored; -1 if it was not by the end
     * @param instanceSeconds how long instances were there, starting ones included, until all were gone or time was up
     */
    public record Outcome(List<Moment> moments, int drainedSeconds, long instanceSeconds) {

        public int mostReplicas() {
            return moments.stream().mapToInt(Moment::replicas).max().orElse(0);
        }
    }

    private final Service service;
    private final Autoscaler autoscaler;
    private final long[] backlog;
    /** What of a record an instance was too slow for in its last second. */
    private double[] credit = new double[0];
    private final ArrayList<Integer> starting = new ArrayList<>();
    private int ready;

    /** @param ready instances that are there already */
    public Simulation(Service service, Autoscaler autoscaler, long records, int partitions, int ready) {
        this.service = service;
        this.autoscaler = autoscaler;
        this.ready = ready;
        this.backlog = new long[partitions];
        for (int partition = 0; partition < partitions; partition++) {
            backlog[partition] = records / partitions + (partition < records % partitions ? 1 : 0);
        }
    }

    /** Until all is stored and, unless it is never to be, no instance is left. */
    public Outcome run(int limitSeconds) {
        var moments = new ArrayList<Moment>();
        long lag = LongStream.of(backlog).sum();
        long instanceSeconds = 0;
        int drained = lag == 0 ? 0 : -1;
        for (int second = 0; second < limitSeconds; second++) {
            int wanted = autoscaler.replicas(observed(second, lag));
            scale(second, wanted);
            instanceSeconds += ready + starting.size();
            long stored = drain();
            lag -= stored;
            moments.add(new Moment(second, lag, ready, ready + starting.size(), stored));
            if (lag == 0 && drained < 0) {
                drained = second + 1;
            }
            if (drained >= 0 && ready + starting.size() == 0) {
                break;
            }
        }
        return new Outcome(List.copyOf(moments), drained, instanceSeconds);
    }

    private Observed observed(int second, long lag) {
        int lagging = (int) LongStream.of(backlog).filter(left -> left > 0).count();
        return new Observed(second, ready + starting.size(), ready, lag, backlog.length, (double) lagging * service.requests());
    }

    private void scale(int second, int wanted) {
        for (int more = wanted - ready - starting.size(); more > 0; more--) {
            starting.add(second + service.startSeconds());
        }
        while (!starting.isEmpty() && starting.getFirst() <= second) {
            starting.removeFirst();
            ready++;
        }
        while (ready + starting.size() > wanted && !starting.isEmpty()) {
            starting.removeLast();
        }
        ready = Math.min(ready, wanted);
    }

    /** One second of all instances' work. */
    private long drain() {
        if (ready == 0) {
            return 0;
        }
        if (credit.length != ready) {
            credit = new double[ready];
        }
        double rate = Math.min(service.recordsPerSecond(), service.sinkRecordsPerSecond() / ready);
        long stored = 0;
        for (int instance = 0; instance < ready; instance++) {
            credit[instance] = Math.min(credit[instance], 1) + rate;
            long done = drain(instance, (long) credit[instance]);
            credit[instance] -= done;
            stored += done;
        }
        return stored;
    }

    /** Its partitions get the same share of its budget; what one doesn't need, the others get. */
    private long drain(int instance, long budget) {
        long left = budget;
        long[] mayTake = new long[(backlog.length - instance + ready - 1) / ready];
        int open = 0;
        for (int i = 0; i < mayTake.length; i++) {
            mayTake[i] = Math.min(backlog[instance + i * ready], (long) Math.ceil(service.partitionRecordsPerSecond()));
            open += mayTake[i] > 0 ? 1 : 0;
        }
        while (left > 0 && open > 0) {
            long share = Math.max(1, left / open);
            for (int i = 0; i < mayTake.length && left > 0; i++) {
                if (mayTake[i] > 0) {
                    long taken = Math.min(Math.min(share, mayTake[i]), left);
                    backlog[instance + i * ready] -= taken;
                    mayTake[i] -= taken;
                    left -= taken;
                    open -= mayTake[i] == 0 ? 1 : 0;
                }
            }
        }
        return budget - left;
    }
}

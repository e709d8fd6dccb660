package io.penstock.route;

import io.penstock.delivery.InFlight;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.support.DefaultThreadPoolFactory;
import org.apache.camel.util.concurrent.RejectableScheduledThreadPoolExecutor;
import org.apache.camel.util.concurrent.RejectableThreadPoolExecutor;
import org.jboss.logging.Logger;

/**
 * The pools of threads that routes have. What still waits for a thread when a route has been stopped holds records, and Camel
 * would forget it: they would stay in flight, and their partitions' offsets where they are. Here it is run, so that it fails in
 * the stopped route and its records become dead letters. When the whole process stops, the next start takes them again instead.
 */
final class RoutePools extends DefaultThreadPoolFactory {

    /** Names of the profiles that {@link #profiles} gives. */
    static final String BOUNDED = "penstock-bounded";
    static final String BOUNDED_PARALLEL = "penstock-bounded-parallel";

    private static final Logger LOG = Logger.getLogger(RoutePools.class);

    private final InFlight inFlight;

    RoutePools(InFlight inFlight) {
        this.inFlight = inFlight;
    }

    /** Pools whose queue is full at Camel's default; then the thread that reads a topic does the work, which holds it up. */
    static List<ThreadPoolProfile> profiles() {
        var one = new ThreadPoolProfile(BOUNDED);
        one.setPoolSize(1);
        one.setMaxPoolSize(1);
        var many = new ThreadPoolProfile(BOUNDED_PARALLEL);
        var profiles = List.of(one, many);
        profiles.forEach(profile -> profile.setMaxQueueSize(1000));
        return profiles;
    }

    @Override
    public ExecutorService newThreadPool(ThreadPoolProfile profile, ThreadFactory threads) {
        if (profile.getMaxQueueSize() <= 0) {
            return super.newThreadPool(profile, threads);
        }
        // A pool grows to its maximum when its queue is full, which few ever are: a route that wants many says so with poolSize.
        int most = Math.max(profile.getPoolSize(), profile.getMaxPoolSize());
        boolean ofGroups = BOUNDED.equals(profile.getId()) || BOUNDED_PARALLEL.equals(profile.getId());
        var pool = new RejectableThreadPoolExecutor(profile.getPoolSize(), most, profile.getKeepAliveTime(), profile.getTimeUnit(),
                new LinkedBlockingQueue<>(profile.getMaxQueueSize()), threads, profile.getRejectedExecutionHandler()) {
            @Override
            public List<Runnable> shutdownNow() {
                var waiting = super.shutdownNow();
                if (ofGroups && !waiting.isEmpty()) {
                    LOG.warnf("%d groups of an aggregation that is not a bulk's waited for their next step when its route stopped. They "
                            + "are lost, with their records, which were let go of when they were gathered.", waiting.size());
                }
                if (inFlight.isClosed()) {
                    return waiting;
                }
                waiting.forEach(Runnable::run);
                return List.of();
            }
        };
        pool.allowCoreThreadTimeOut(profile.getAllowCoreThreadTimeOut());
        return pool;
    }

    /** Of steps that delay. */
    @Override
    public ScheduledExecutorService newScheduledThreadPool(ThreadPoolProfile profile, ThreadFactory threads) {
        return new RejectableScheduledThreadPoolExecutor(profile.getPoolSize(), threads, new ThreadPoolExecutor.CallerRunsPolicy()) {
            {
                setRemoveOnCancelPolicy(true);
            }

            @Override
            public List<Runnable> shutdownNow() {
                if (!inFlight.isClosed()) {
                    // Before: afterwards a task cancels itself instead of running.
                    getQueue().stream().filter(task -> task instanceof RunnableScheduledFuture<?> once && !once.isPeriodic())
                            .filter(getQueue()::remove).forEach(Runnable::run);
                }
                return super.shutdownNow();
            }
        };
    }
}

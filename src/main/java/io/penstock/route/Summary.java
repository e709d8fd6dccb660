package io.penstock.route;

import java.time.Duration;

import io.penstock.delivery.DeliveryMetrics;
import io.penstock.delivery.DeliveryMetrics.Totals;
import io.penstock.delivery.InFlight;
import org.jboss.logging.Logger;

/** One log line per interval while records flow, instead of one per record. */
public final class Summary {

    private static final Logger LOG = Logger.getLogger(Summary.class);

    private final DeliveryMetrics metrics;
    private final InFlight inFlight;
    private Totals last = new Totals(0, 0, 0, 0);

    public Summary(DeliveryMetrics metrics, InFlight inFlight) {
        this.metrics = metrics;
        this.inFlight = inFlight;
    }

    /** Logs what happened since the last line, if anything did. Called by one thread. */
    public void log(Duration interval) {
        Totals now = metrics.totals();
        if (!now.equals(last)) {
            LOG.infof("In %d s: %d polled, %d stored, %d filtered, %d dead-lettered; %d in flight", interval.toSeconds(),
                    now.polled() - last.polled(), now.stored() - last.stored(), now.filtered() - last.filtered(),
                    now.deadLettered() - last.deadLettered(), inFlight.records());
            last = now;
        }
    }
}

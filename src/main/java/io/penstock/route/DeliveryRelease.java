package io.penstock.route;

import io.penstock.delivery.Delivery;
import io.penstock.sink.DeadLetterReasons;
import io.penstock.sink.DeadLetters;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

/** Lets go of a delivery when an exchange that holds it is done; if it failed, the record becomes a dead letter. */
final class DeliveryRelease extends SynchronizationAdapter {

    private final Delivery delivery;
    private final DeadLetters deadLetters;

    DeliveryRelease(Delivery delivery, DeadLetters deadLetters) {
        this.delivery = delivery;
        this.deadLetters = deadLetters;
    }

    @Override
    public void onComplete(Exchange exchange) {
        delivery.release();
    }

    @Override
    public void onFailure(Exchange exchange) {
        deadLetters.send(delivery, DeadLetterReasons.of(exchange));
        // It is dealt with: camel-kafka need not log it, record by record and with its stack.
        exchange.setException(null);
        delivery.release();
    }
}

package io.penstock.route;

import io.penstock.delivery.Delivery;
import io.penstock.sink.DeadLetters;
import io.penstock.source.DeliveryHeaders;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.support.RoutePolicySupport;

/**
 * Gives a record's exchange its delivery when it enters a route, and lets go of it when the exchange's unit of work is done;
 * a record whose exchange failed then becomes a dead letter. This holds for every route, whatever its error handling: what it
 * does not handle itself ends here.
 */
final class DeliveryPolicy extends RoutePolicySupport {

    private final DeadLetters deadLetters;

    DeliveryPolicy(DeadLetters deadLetters) {
        this.deadLetters = deadLetters;
    }

    @Override
    public void onExchangeBegin(Route route, Exchange exchange) {
        if (exchange.getIn().getHeader(KafkaConstants.HEADERS) instanceof DeliveryHeaders headers
                && exchange.getProperty(Delivery.PROPERTY) == null) {
            Delivery delivery = headers.delivery();
            delivery.route(route.getRouteId());
            exchange.setProperty(Delivery.PROPERTY, delivery);
            exchange.getExchangeExtension().addOnCompletion(new DeliveryRelease(delivery, deadLetters));
        }
    }
}

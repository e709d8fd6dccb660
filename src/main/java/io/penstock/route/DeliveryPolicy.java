package io.penstock.route;

import io.penstock.delivery.Delivery;
import io.penstock.sink.DeadLetters;
import io.penstock.source.DeliveryHeaders;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.StatefulService;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.support.RoutePolicySupport;

/**
 * Gives a record's exchange its delivery when it enters a route, and lets go of it when the exchange's unit of work is done;
 * a record whose exchange failed then becomes a dead letter. This holds for every route, whatever its error handling: what it
 * does not handle itself ends here. A record that comes when the route's consumer has stopped already does not enter.
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
            if (((StatefulService) route.getConsumer()).isStopped()) {
                // camel-kafka goes on with its poll. Without a route the record is given back, and the next one's.
                exchange.setRouteStop(true);
                return;
            }
            Delivery delivery = headers.delivery();
            delivery.route(route.getRouteId());
            exchange.setProperty(Delivery.PROPERTY, delivery);
            exchange.getExchangeExtension().addOnCompletion(new DeliveryRelease(delivery, deadLetters));
        }
    }
}

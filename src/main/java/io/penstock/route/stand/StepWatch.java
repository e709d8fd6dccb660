package io.penstock.route.stand;

import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;

/** Told of every step a record takes. Called on the thread that works on the record. */
public interface StepWatch {

    /** The step is about to see the exchange. */
    void entering(NamedNode step, Exchange exchange);

    /**
     * The step is done with the exchange, and so are the steps inside it.
     *
     * @param wentIn whether the exchange went on into a step inside it; for a filter: whether it passed
     */
    void left(NamedNode step, Exchange exchange, boolean wentIn);
}

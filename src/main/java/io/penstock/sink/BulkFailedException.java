package io.penstock.sink;

/** A document that no record stands behind can never be stored: its exchange fails instead of a dead letter being made. */
public final class BulkFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    BulkFailedException(BulkResult result) {
        super(result.deadLettered() + " of " + result.documents() + " documents can't be stored; the first: "
                + result.firstFailure());
    }
}

package io.penstock.sink;

import java.lang.reflect.InvocationTargetException;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.apache.camel.CamelExchangeException;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.ExpressionEvaluationException;
import org.apache.camel.RuntimeCamelException;
import org.jspecify.annotations.Nullable;

/** Says of a failed exchange why its record becomes a dead letter. May be called from any thread. */
public final class DeadLetterReasons {

    /** The longest message a dead letter carries, in characters. */
    static final int LONGEST_MESSAGE = 2_000;

    private static final String FAILED_STEP = "PenstockFailedStep";

    /** Exceptions that only carry another one to where it is caught. */
    private static final Set<Class<?>> WRAPPERS = Set.of(RuntimeCamelException.class, CamelExecutionException.class,
            CamelExchangeException.class, ExpressionEvaluationException.class, InvocationTargetException.class,
            ExecutionException.class, CompletionException.class);

    /** How Jackson writes a place into the middle of a message. */
    private static final Pattern SOURCE = Pattern.compile("\\[Source: [^;]*; (line: \\d+, column: \\d+)]");

    private DeadLetterReasons() {
    }

    /**
     * Notes on the exchange which step is failing, for an error handler's {@code onExceptionOccurred}: Camel knows it only
     * while that step is on the stack, not in a dead letter channel's route and not when the exchange is done. The first
     * note stays; the steps around it fail only because of it.
     */
    public static void noteStep(Exchange exchange) {
        String step = exchange.getExchangeExtension().getHistoryNodeId();
        if (step != null && exchange.getProperty(FAILED_STEP) == null) {
            exchange.setProperty(FAILED_STEP, step);
        }
    }

    /**
     * The reason of a failed exchange. The step is the one {@linkplain #noteStep noted}; without a note, the one Camel is
     * processing, or else the route that failed.
     *
     * @param exchange an exchange with an exception, or with one that an error handler caught
     */
    public static DeadLetterReason of(Exchange exchange) {
        Throwable failure = exchange.getException();
        if (failure == null) {
            failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        }
        return failure == null
                ? new DeadLetterReason(step(exchange), "the exchange was marked for rollback", "Rollback", 1)
                : of(step(exchange), failure);
    }

    /** The reason of a failure that happened in the given step. */
    public static DeadLetterReason of(String step, Throwable failure) {
        Throwable cause = cause(failure);
        return new DeadLetterReason(step, cut(message(cause), LONGEST_MESSAGE), cause.getClass().getName(), 1);
    }

    /** The text, or as much of it as fits {@code length} characters with an ellipsis. */
    static String cut(String text, int length) {
        if (text.length() <= length) {
            return text;
        }
        int end = length - 1;
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + '…';
    }

    private static String step(Exchange exchange) {
        for (String step : new @Nullable String[] {
                exchange.getProperty(FAILED_STEP, String.class),
                exchange.getExchangeExtension().getHistoryNodeId(),
                exchange.getProperty(Exchange.FAILURE_ROUTE_ID, String.class),
                exchange.getFromRouteId() }) {
            if (step != null) {
                return step;
            }
        }
        return "unknown";
    }

    private static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && WRAPPERS.contains(cause.getClass())) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static String message(Throwable cause) {
        if (cause instanceof JsonProcessingException json) {
            var at = json.getLocation();
            return SOURCE.matcher(json.getOriginalMessage()).replaceAll("$1")
                    + (at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ')');
        }
        return cause.getMessage() == null ? "" : cause.getMessage();
    }
}

package io.penstock.source.kafka;

import java.util.StringJoiner;
import org.apache.kafka.common.KafkaException;

/** Says in one line why Kafka's client can't be made. */
public final class KafkaFailure {

    private static final String JAAS = "JAAS";

    private KafkaFailure() {
    }

    /** Of its causes, down to the last, which alone names the file or setting; never a secret. */
    public static String text(KafkaException failure) {
        var causes = new StringJoiner(", caused by ");
        // The first only says that there is no client.
        for (Throwable cause = failure.getCause() == null ? failure : failure.getCause(); cause != null; cause = cause.getCause()) {
            String message = cause.getMessage();
            if (message != null && message.contains(JAAS)) {
                // It quotes what it can't parse, which may be a part of the password.
                return "camel.component.kafka.sasl-jaas-config is missing or can't be parsed: write"
                        + " LOGIN_MODULE required KEY=\"VALUE\"; with every value in quotes, \" within one as \\\", and ; at the end";
            }
            causes.add(cause.getClass().getSimpleName() + (message == null ? "" : ": " + message));
        }
        return causes.toString();
    }
}

package io.penstock.sink;

import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import org.apache.kafka.common.errors.ApiException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What the operator is told when an endpoint does not take dead letters: one line when that begins, one at most every 30
 * seconds while it lasts, one when it is over. May be called from any thread.
 */
final class DeadLetterOutage {

    private static final Logger LOG = Logger.getLogger(DeadLetters.class);
    private static final Duration QUIET = Duration.ofSeconds(30);

    private final String endpoint;
    private @Nullable Instant since;
    private long began;
    private long spoke = System.nanoTime() - QUIET.toNanos();
    private boolean announced;
    private String failure = "";
    private String advice = "";
    private int tooLarge;
    private String tooLargeAdvice = "";

    /** @param endpoint the endpoint's URI without its secrets */
    DeadLetterOutage(String endpoint) {
        this.endpoint = endpoint;
    }

    synchronized boolean isOn() {
        return since != null;
    }

    synchronized void failed(Throwable cause, String whatToDo, int waiting) {
        failure = describe(cause);
        advice = whatToDo;
        if (since == null) {
            since = Instant.now();
            began = System.nanoTime();
            if (maySpeak()) {
                announced = true;
                LOG.warnf("%s does not take dead letters: %s. They are sent again without limit (waiting: %d), their"
                        + " offsets stay uncommitted; %s", endpoint, failure, waiting, advice);
            }
        }
    }

    synchronized void succeeded(int waiting) {
        if (since != null) {
            if (announced) {
                LOG.infof("%s takes dead letters again after %d s (still waiting: %d)", endpoint, seconds(), waiting);
            }
            since = null;
            announced = false;
        }
    }

    synchronized void tooLarge(Throwable cause, String whatToDo, String coordinates) {
        tooLarge++;
        LOG.errorf("The dead letter of %s is too large for %s: %s. It is tried again without limit and its offset stays"
                + " uncommitted until then; %s", coordinates, endpoint, describe(cause), whatToDo);
        tooLargeAdvice = whatToDo;
    }

    synchronized void tooLargeKept() {
        tooLarge--;
    }

    /** Says again what is still the case, unless it was said a short while ago. */
    synchronized void remind(int waiting) {
        if (since != null && maySpeak()) {
            announced = true;
            LOG.warnf("%s has taken no dead letter for %d s: %s (waiting: %d); %s", endpoint, seconds(), failure, waiting,
                    advice);
        } else if (since == null && tooLarge > 0 && maySpeak()) {
            LOG.errorf("Dead letters too large for %2$s, held and sent again: %1$d; %3$s", tooLarge, endpoint, tooLargeAdvice);
        }
    }

    synchronized Optional<String> problem(int waiting) {
        return since == null ? Optional.empty()
                : Optional.of("%s takes no dead letters since %s: %s (waiting: %d)"
                        .formatted(endpoint, since, failure, waiting));
    }

    private boolean maySpeak() {
        long now = System.nanoTime();
        if (now - spoke < QUIET.toNanos()) {
            return false;
        }
        spoke = now;
        return true;
    }

    private long seconds() {
        return Duration.ofNanos(System.nanoTime() - began).toSeconds();
    }

    /** The types of a failure, and the message only of those that never quote a record or a setting. */
    private static String describe(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String types = failure.getClass().getSimpleName()
                + (root == failure ? "" : ", caused by " + root.getClass().getSimpleName());
        boolean harmless = switch (root) {
            case ApiException e -> true;
            case SocketException e -> true;
            case UnknownHostException e -> true;
            case FileSystemException e -> true;
            default -> false;
        };
        return harmless ? types + " (" + root.getMessage() + ')' : types;
    }
}

package io.penstock.source;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

import org.jboss.logging.Logger;

/**
 * The topics that keep dead letters. A pattern of topics leaves out those of what it matches itself: a record that failed would fail
 * again and again, each time into one more topic. May be used from any thread.
 */
public final class DeadLetterTopics {

    private static final Logger LOG = Logger.getLogger(DeadLetterTopics.class);
    private static final String TOPIC = "{topic}";

    private final String uri;

    /** @param uri {@code penstock.dead-letters.uri} */
    public DeadLetterTopics(String uri) {
        this.uri = uri;
    }

    /** The pattern without the topics that keep the dead letters of others it matches. Kafka's client asks the pattern and nobody else. */
    public Pattern leftOutOf(Pattern topics) {
        if (!uri.startsWith("kafka:")) {
            return topics;
        }
        String name = uri.replaceFirst("^kafka:(//)?", "").replaceFirst("\\?.*", "");
        if (name.equals(TOPIC)) {
            // Of another cluster: with this one's brokers each would be a record again, with whatever pattern
            return topics;
        }
        int at = name.indexOf(TOPIC);
        String kept = at < 0 ? Pattern.quote(name)
                : Pattern.quote(name.substring(0, at)) + "(?:" + topics + ")" + Pattern.quote(name.substring(at + TOPIC.length()));
        try {
            return Pattern.compile("(?=(?:" + topics + ")\\z)(?!" + kept + "\\z).*", topics.flags());
        } catch (PatternSyntaxException e) {
            LOG.warnf("The pattern of topics %s also reads the dead letters of what it matches, as it can't be used twice (%s).", topics,
                    e.getDescription());
            return topics;
        }
    }
}

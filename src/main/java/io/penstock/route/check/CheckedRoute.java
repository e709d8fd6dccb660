package io.penstock.route.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** A route as far as it has been read. One thread. */
final class CheckedRoute {

    private final Node at;
    private final String id;
    private final Findings findings;
    private final List<EndpointUse> uses = new ArrayList<>();
    private @Nullable EndpointUse from;
    private boolean sendsDynamically;
    private boolean isRaw;

    /** @param id as the service has it */
    CheckedRoute(Node at, String id, Findings findings) {
        this.at = at;
        this.id = id;
        this.findings = findings;
    }

    Node at() {
        return at;
    }

    String id() {
        return id;
    }

    Findings findings() {
        return findings;
    }

    Optional<EndpointUse> from() {
        return Optional.ofNullable(from);
    }

    List<EndpointUse> uses() {
        return uses;
    }

    boolean sendsDynamically() {
        return sendsDynamically;
    }

    void add(EndpointUse use) {
        if (use.step().equals("from")) {
            from = use;
        } else {
            uses.add(use);
        }
    }

    /** Whether the body is a record's value as it came from Kafka, at the step that is being read. */
    boolean isRaw() {
        return isRaw;
    }

    /** Its first step is read now. */
    void comesRaw() {
        isRaw = from != null && from.scheme().equals("kafka");
    }

    void changesBody() {
        isRaw = false;
    }

    /** Where it sends records is known only with the record. */
    void sendsSomewhere() {
        sendsDynamically = true;
    }
}

package io.penstock.sink;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Set;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import io.penstock.delivery.Printable;

import org.elasticsearch.client.ResponseException;

/** The one table that decides what a status means, for an item and for a whole bulk. */
final class OutcomeTable {

    private static final ItemOutcome STORED = new ItemOutcome.Stored();
    private static final ItemOutcome DUPLICATE = new ItemOutcome.Duplicate();
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String CREDENTIALS =
            "look at elasticsearch.username and elasticsearch.password, or elasticsearch.api-key (read at the start: restart after a"
                    + " change)";
    private static final String PRIVILEGES = "look at what the user or API key of elasticsearch.username"
            + " or elasticsearch.api-key may do: it needs to create the index and to index documents";
    private static final String BLOCK =
            "look at the blocks in the index's and the cluster's settings (index.blocks.*) and at the nodes' disks";

    /**
     * What Elasticsearch and OpenSearch answer 500 for though the document is at fault: the ingest processors fail, and dissect
     * where its pattern doesn't match. Other processors' objections are 400.
     */
    private static final Set<String> REJECTED_BY_PIPELINE = Set.of("fail_processor_exception", "find_match");

    /** After so many the index counts as one that will never be there. */
    static final int MISSES = 5;

    private OutcomeTable() {
    }

    /** @param misses how often the item's index wasn't there, this time included */
    static ItemOutcome item(BulkAction action, BulkAnswer.Item item, int misses) {
        int status = item.status();
        if (status >= 200 && status < 300) {
            return STORED;
        }
        if (status == 409 && action == BulkAction.UPDATE) {
            // Somebody wrote the document between the update's reading and its writing: it is not done.
            return new ItemOutcome.Retry(status, item.type());
        }
        if (status == 409 && (action == BulkAction.CREATE || item.type().equals("version_conflict_engine_exception"))) {
            return DUPLICATE;
        }
        if (status == 404 && action == BulkAction.DELETE) {
            // Gone before, or never there: with the document or with its whole index.
            return DUPLICATE;
        }
        if (isMissingIndex(item) && misses < MISSES) {
            // Deleted after the bulk had found or created it: the next bulk creates it again, if indices are created at all.
            return new ItemOutcome.Retry(status, item.type());
        }
        return switch (status) {
            // A full disk's block is no overload: fewer bulks would not help.
            case 429 -> isBlock(item.type()) ? new ItemOutcome.Refused(refused(status, item.type()))
                    : new ItemOutcome.Retry(status, item.type());
            case 401, 403 -> new ItemOutcome.Refused(refused(status, item.type()));
            default -> status >= 400 && status < 500 || status == 500 && REJECTED_BY_PIPELINE.contains(item.type())
                    ? new ItemOutcome.Never(item.type().isEmpty() ? "status " + status : item.type(), item.reason())
                    : new ItemOutcome.Retry(status, item.type());
        };
    }

    static boolean isMissingIndex(BulkAnswer.Item item) {
        return item.status() == 404 && item.type().equals("index_not_found_exception");
    }

    /** @param failure what the client reported instead of an answer about the items */
    static RequestOutcome request(Throwable failure) {
        if (!(failure instanceof ResponseException answered)) {
            return new RequestOutcome.Down(unreachable(failure));
        }
        int status = answered.getResponse().getStatusLine().getStatusCode();
        var error = error(answered);
        var type = error.path("type").asText("");
        return switch (status) {
            // Without a type it's not Elasticsearch's word about documents: a proxy's, or there is no such path.
            case 400 -> type.isEmpty() ? new RequestOutcome.Down(notBulk(status))
                    : new RequestOutcome.Halve(type, error.path("reason").asText("Elasticsearch refuses the request"));
            case 413 -> new RequestOutcome.Halve(type.isEmpty() ? "status 413" : type,
                    "the document is too large for Elasticsearch or a proxy before it (http.max_content_length)");
            case 429 -> isBlock(type) ? new RequestOutcome.Down(refused(status, type)) : new RequestOutcome.Busy();
            case 401, 403 -> new RequestOutcome.Down(refused(status, type));
            case 404, 405 -> new RequestOutcome.Down(notBulk(status));
            default -> new RequestOutcome.Down(new Problem(status(status, type), "look at Elasticsearch's health and log"));
        };
    }

    private static Problem notBulk(int status) {
        return new Problem("status " + status + " for POST /_bulk",
                "look at elasticsearch.hosts: this may not be Elasticsearch, or not its root path, or want https");
    }

    static Problem refused(int status, String type) {
        return new Problem(status(status, type),
                isBlock(type) ? BLOCK : status == 401 ? CREDENTIALS : PRIVILEGES);
    }

    private static boolean isBlock(String type) {
        return type.equals("cluster_block_exception");
    }

    static Problem unreachable(Throwable failure) {
        var what = failure.getClass().getSimpleName();
        return switch (failure) {
            case SSLException e -> new Problem(what + " (" + Printable.of(innermost(e)) + ")", "look at Elasticsearch's certificate,"
                    + " elasticsearch.tls.ca-certificate (read at the start: restart after a change) and http or https in"
                    + " elasticsearch.hosts");
            case InterruptedIOException e -> inTime(what);
            case TimeoutException e -> inTime(what);
            case ConnectException e -> address(what);
            case UnknownHostException e -> address(what);
            case UnresolvedAddressException e -> address(what);
            case BulkSink.UnreadableAnswer e -> new Problem("an answer that can't be read",
                    "look at what stands between Penstock and Elasticsearch");
            default -> new Problem(what, "look at Elasticsearch, the network, and http or https in elasticsearch.hosts");
        };
    }

    /** Whether a certificate has expired, is another host's or of an unknown authority. */
    private static String innermost(SSLException failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    private static Problem inTime(String what) {
        return new Problem(what, "no answer in time: look at Elasticsearch's load, elasticsearch.connect-timeout and "
                + "elasticsearch.socket-timeout");
    }

    private static Problem address(String what) {
        return new Problem(what, "look at elasticsearch.hosts and whether Elasticsearch runs");
    }

    private static String status(int status, String type) {
        return type.isEmpty() ? "status " + status : "status " + status + " " + type;
    }

    private static JsonNode error(ResponseException answered) {
        var entity = answered.getResponse().getEntity();
        if (entity != null) {
            try (var in = entity.getContent()) {
                var tree = MAPPER.readTree(in);
                return tree == null ? MAPPER.missingNode() : tree.path("error");
            } catch (IOException | UnsupportedOperationException e) {
                // A proxy's page: the status alone has to do.
            }
        }
        return MAPPER.missingNode();
    }
}

package io.penstock.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.penstock.stack.KafkaBroker;
import io.penstock.stack.TopicReader;
import io.penstock.stack.TradeRecords;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whether a run's documents and dead letters are all there, once, and right. One thread. */
final class Verification {

    private static final ObjectReader MAP = new ObjectMapper().readerFor(Map.class);
    private static final Pattern REQUEST_ID = Pattern.compile("u(\\d{1,9})z.*");
    private static final String REFERENCE_REQUEST_ID = "u3Becr8iz*";

    private final Load load;
    private final String @Nullable [] ids;
    private final BitSet stored = new BitSet();
    private final BitSet buried = new BitSet();
    private final List<String> faults = new ArrayList<>();
    private int wrong;
    private int rewritten;

    Verification(Load load) {
        this.load = load;
        this.ids = new String[load.records()];
    }

    /** Takes in the bodies a null sink has kept. */
    void kept(Path file) throws IOException {
        try (var in = new BufferedInputStream(Files.newInputStream(file), 1 << 20)) {
            for (var action = line(in); action != null; action = line(in)) {
                var source = line(in);
                if (source == null) {
                    fault("a bulk's body ends with an action");
                    return;
                }
                document(id(action), MAP.readValue(source));
            }
        }
    }

    /** Takes in a document; without an id if Elasticsearch was to make one. */
    void document(@Nullable String id, Map<String, Object> document) {
        int number = number(document);
        if (!load.isExpected(number, document)) {
            fault("not expected: document " + id + " of record " + number);
            return;
        }
        if (stored.get(number)) {
            if (id == null || !id.equals(ids[number])) {
                fault("record " + number + " is stored twice, as " + ids[number] + " and " + id);
            }
            rewritten++;
        }
        stored.set(number);
        ids[number] = id;
    }

    /** Takes in the dead letters of a topic. */
    void deadLetters(KafkaBroker kafka, String topic) {
        TopicReader.read(kafka, topic, letter -> {
            int number = TradeRecords.number(letter.key());
            if (!load.isBroken(number)) {
                fault("a dead letter of record " + number + " for no reason");
            } else if (!Arrays.equals(letter.value(), load.trades().trade(number).value())) {
                fault("the dead letter of record " + number + " is not its bytes");
            } else {
                buried.set(number);
            }
        });
    }

    /** What is wrong, in one line; empty if nothing is. To be asked when everything was taken in. */
    String verdict() {
        int lost = load.documents() - stored.cardinality();
        int unburied = load.deadLetters() - buried.cardinality();
        if (lost == 0 && unburied == 0 && wrong == 0) {
            return "";
        }
        return "%,d documents missing, %,d dead letters missing, %,d wrong%s".formatted(lost, unburied, wrong,
                faults.isEmpty() ? "" : ": " + String.join("; ", faults));
    }

    /** How often a document was stored again under its own id: harmless, but work done twice. */
    int rewritten() {
        return rewritten;
    }

    private void fault(String fault) {
        wrong++;
        if (faults.size() < 5) {
            faults.add(fault);
        }
    }

    private static int number(Map<String, Object> document) {
        if (!(document.get("msgBody") instanceof Map<?, ?> body) || !(body.get("requestId") instanceof String requestId)) {
            return -1;
        }
        if (requestId.equals(REFERENCE_REQUEST_ID)) {
            return 0;
        }
        var matcher = REQUEST_ID.matcher(requestId);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : -1;
    }

    private static @Nullable String id(byte[] action) throws IOException {
        Map<String, Map<String, Object>> parsed = MAP.readValue(action);
        return (String) parsed.values().iterator().next().get("_id");
    }

    private static byte @Nullable [] line(InputStream in) throws IOException {
        var line = new byte[256];
        int length = 0;
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                return length == 0 ? null : Arrays.copyOf(line, length);
            }
            if (length == line.length) {
                line = Arrays.copyOf(line, 2 * length);
            }
            line[length++] = (byte) next;
        }
        return Arrays.copyOf(line, length);
    }
}

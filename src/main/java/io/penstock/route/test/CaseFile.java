package io.penstock.route.test;

import com.fasterxml.jackson.databind.JsonNode;
import io.penstock.route.yaml.Yaml;
import io.penstock.route.yaml.YamlFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads the cases of a {@code *.test.yaml}; {@code docs/routes.md} describes them. */
final class CaseFile {

    private static final Set<String> CASE = Set.of("name", "records", "record", "expect");
    private static final Set<String> RECORD = Set.of("value", "file", "key", "headers", "timestamp", "topic", "partition",
            "offset");
    private static final Set<String> EXPECT = Set.of("document", "contains", "delete", "index", "id", "action",
            "routing", "version", "pipeline", "dropped", "deadLetter");
    private static final List<String> TARGET = List.of("index", "id", "action", "routing", "version", "pipeline");
    private static final Set<String> DEAD_LETTER = Set.of("reason", "step");

    private final @Nullable Path folder;
    private final UnaryOperator<String> settings;

    /**
     * @param folder   what a record's {@code file} is relative to; null if there are no files
     * @param settings replaces {@code {{setting}}} in names of topics and indices
     */
    CaseFile(@Nullable Path folder, UnaryOperator<String> settings) {
        this.folder = folder;
        this.settings = settings;
    }

    /** @throws YamlFault if something is wrong in it */
    List<RouteCase> read(String text) {
        var root = Yaml.compose(text);
        if (root.isEmpty() || Yaml.isNull(root.get())) {
            return List.of();
        }
        var cases = new ArrayList<RouteCase>();
        var names = new HashSet<String>();
        for (var node : list(root.get(), "a test file")) {
            var routeCase = readCase(node);
            if (!names.add(routeCase.name())) {
                throw new YamlFault(node, "there are two cases with the name '" + routeCase.name() + "'");
            }
            cases.add(routeCase);
        }
        return cases;
    }

    private RouteCase readCase(Node node) {
        var entries = entries(node, "a case", CASE);
        var name = entries.get("name");
        if (name == null) {
            throw new YamlFault(node, "a case needs a name");
        }
        var given = entries.containsKey("records") ? entries.get("records") : entries.get("record");
        if (given == null) {
            throw new YamlFault(node, "a case needs records");
        }
        var records = new ArrayList<TestRecord>();
        for (var record : oneOrMany(given.getValueNode())) {
            readRecord(record, records);
        }
        if (records.isEmpty()) {
            throw new YamlFault(given.getValueNode(), "a case needs a record");
        }
        return new RouteCase(Yaml.text(name.getValueNode(), "name"), Yaml.line(node), records, Optional.ofNullable(entries.get("expect"))
                .map(NodeTuple::getValueNode).filter(n -> !Yaml.isNull(n)).map(this::expectations));
    }

    private void readRecord(Node node, List<TestRecord> records) {
        var entries = entries(node, "a record", RECORD);
        for (var value : values(node, entries)) {
            long offset = number(entries, "offset", -1);
            records.add(new TestRecord(entries.containsKey("topic") ? setting(entries, "topic") : null,
                    (int) number(entries, "partition", 0), offset < 0 ? records.size() : offset,
                    timestamp(entries.get("timestamp")),
                    entries.containsKey("key") ? text(entries, "key") : null, value, headers(entries.get("headers"))));
        }
    }

    private List<byte @Nullable []> values(Node node, Map<String, NodeTuple> entries) {
        var values = new ArrayList<byte @Nullable []>();
        if (entries.containsKey("file") == entries.containsKey("value")) {
            throw new YamlFault(node, "a record needs a value or a file, and not both; a tombstone is value: null");
        }
        if (entries.containsKey("value")) {
            var value = entries.get("value").getValueNode();
            values.add(Yaml.isNull(value) ? null
                    : value instanceof ScalarNode scalar ? bytes(scalar.getValue()) : bytes(Yaml.json(value).toString()));
            return values;
        }
        var name = text(entries, "file");
        try {
            if (folder == null) {
                throw new IOException("there are no files beside a test in the executable");
            }
            var file = folder.resolve(name);
            if (!name.endsWith(".ndjson")) {
                values.add(Files.readAllBytes(file));
                return values;
            }
            Files.readString(file).lines().filter(line -> !line.isBlank()).forEach(line -> values.add(bytes(line)));
            return values;
        } catch (IOException e) {
            throw new YamlFault(entries.get("file").getValueNode(), "the file " + name + " can't be read: " + e);
        }
    }

    private Map<String, String> headers(@Nullable NodeTuple tuple) {
        var headers = new LinkedHashMap<String, String>();
        if (tuple != null) {
            Yaml.entries(tuple.getValueNode(), "headers")
                    .forEach((name, header) -> headers.put(name, Yaml.text(header.getValueNode(), name)));
        }
        return headers;
    }

    private static long timestamp(@Nullable NodeTuple tuple) {
        if (tuple == null) {
            return -1;
        }
        var text = Yaml.text(tuple.getValueNode(), "timestamp");
        try {
            return text.matches("\\d+") ? Long.parseLong(text) : Instant.parse(text).toEpochMilli();
        } catch (DateTimeParseException | NumberFormatException e) {
            throw new YamlFault(tuple.getValueNode(),
                    "timestamp wants milliseconds since 1970 or a time like 2020-07-28T13:51:35Z");
        }
    }

    private List<Expected> expectations(Node node) {
        return oneOrMany(node).stream().map(this::expectation).toList();
    }

    private Expected expectation(Node node) {
        var entries = entries(node, "an expectation", EXPECT);
        int kinds = 0;
        for (var kind : List.of("document", "contains", "delete", "dropped", "deadLetter")) {
            kinds += entries.containsKey(kind) ? 1 : 0;
        }
        if (kinds != 1) {
            throw new YamlFault(node, "an expectation is one of document, contains, delete: true, dropped: true,"
                    + " deadLetter");
        }
        if (entries.containsKey("dropped")) {
            onlyTrue(entries, "dropped");
            return new Expected.Dropped();
        }
        var letter = entries.get("deadLetter");
        if (letter != null) {
            return letter(letter.getValueNode());
        }
        var target = new LinkedHashMap<String, String>();
        TARGET.stream().filter(entries::containsKey).forEach(name -> target.put(name, setting(entries, name)));
        if (entries.containsKey("delete")) {
            onlyTrue(entries, "delete");
            return new Expected.Deleted(target);
        }
        boolean exact = entries.containsKey("document");
        return new Expected.Document(json(entries.get(exact ? "document" : "contains").getValueNode()), exact, target);
    }

    private static void onlyTrue(Map<String, NodeTuple> entries, String name) {
        if (!text(entries, name).equals("true")) {
            throw new YamlFault(entries.get(name).getValueNode(), name + " can only be true");
        }
    }

    private static Expected.Letter letter(Node node) {
        if (node instanceof ScalarNode scalar) {
            return new Expected.Letter(scalar.getValue().equals("true") ? null : pattern(node, scalar.getValue()), null);
        }
        var entries = entries(node, "deadLetter", DEAD_LETTER);
        var reason = entries.get("reason");
        return new Expected.Letter(
                reason == null ? null : pattern(reason.getValueNode(), Yaml.text(reason.getValueNode(), "reason")),
                entries.containsKey("step") ? text(entries, "step") : null);
    }

    private static Pattern pattern(Node node, String text) {
        try {
            return Pattern.compile(text, Pattern.DOTALL);
        } catch (PatternSyntaxException e) {
            throw new YamlFault(node, "this is no regular expression: " + e.getDescription());
        }
    }

    /** A document given as text is JSON. */
    private static JsonNode json(Node node) {
        if (node instanceof ScalarNode scalar) {
            try {
                return Json.read(bytes(scalar.getValue()));
            } catch (IOException e) {
                throw new YamlFault(node, "this is no JSON");
            }
        }
        return Yaml.json(node);
    }

    private static Map<String, NodeTuple> entries(Node node, String what, Set<String> names) {
        var entries = Yaml.entries(node, what);
        entries.forEach((name, tuple) -> {
            if (!names.contains(name)) {
                throw new YamlFault(tuple.getKeyNode(), what + " has no " + name + "; it has "
                        + String.join(", ", names.stream().sorted().toList()));
            }
        });
        return entries;
    }

    private static List<Node> list(Node node, String what) {
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue();
        }
        throw new YamlFault(node, what + " wants a list (- ...), found " + Yaml.kind(node));
    }

    private static List<Node> oneOrMany(Node node) {
        return node instanceof SequenceNode sequence ? sequence.getValue() : List.of(node);
    }

    private static long number(Map<String, NodeTuple> entries, String name, long otherwise) {
        if (!entries.containsKey(name)) {
            return otherwise;
        }
        try {
            return Long.parseUnsignedLong(text(entries, name));
        } catch (NumberFormatException e) {
            throw new YamlFault(entries.get(name).getValueNode(), name + " wants a whole number");
        }
    }

    private String setting(Map<String, NodeTuple> entries, String name) {
        try {
            return settings.apply(text(entries, name));
        } catch (IllegalArgumentException e) {
            throw new YamlFault(entries.get(name).getValueNode(), e.getMessage());
        }
    }

    private static String text(Map<String, NodeTuple> entries, String name) {
        return Yaml.text(entries.get(name).getValueNode(), name);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

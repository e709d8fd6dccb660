package io.penstock.route.check;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Node;

/** Which names Elasticsearch takes for an index, an alias or a data stream: it refuses every document for another. */
final class IndexNames {

    private static final Pattern FORBIDDEN = Pattern.compile("[\\\\/*?\"<>|,#:\\s]");
    private static final int LONGEST = 255;

    private IndexNames() {
    }

    /** Reports a name that is known before there is a record, and that Elasticsearch refuses. */
    static void check(Node at, String name, Findings findings) {
        if (name.isEmpty() || name.contains("${") || name.contains(Placeholders.UNRESOLVED) || name.startsWith("<")) {
            // The last is date math.
            return;
        }
        var lower = name.toLowerCase(Locale.ROOT);
        if (!lower.equals(name)) {
            findings.errorAt(at, name, "Elasticsearch takes no capitals in the name of an index", "write it in small letters");
        } else if (FORBIDDEN.matcher(name).find()) {
            findings.errorAt(at, name, "Elasticsearch takes none of \\ / * ? \" < > | , # : and blanks in the name of an index", "");
        } else if ("_-+".indexOf(name.charAt(0)) >= 0 || name.equals(".") || name.equals("..")) {
            findings.errorAt(at, name, "Elasticsearch takes no index whose name begins with _, - or +, or is . or ..", "");
        } else if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            findings.errorAt(at, name, "Elasticsearch takes no index whose name is longer than " + LONGEST + " bytes", "");
        }
    }
}

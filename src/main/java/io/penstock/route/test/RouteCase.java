package io.penstock.route.test;

import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.NodeTuple;

/**
 * A case of a test file.
 *
 * @param line     where it begins, from 1
 * @param expected what must come out, in the order of the records; empty if the file does not say
 * @param expect   where the file says it
 * @param lastLine the last line of the case, from 1
 */
record RouteCase(String name, int line, int lastLine, List<TestRecord> records, Optional<List<Expected>> expected,
        Optional<NodeTuple> expect) {
}

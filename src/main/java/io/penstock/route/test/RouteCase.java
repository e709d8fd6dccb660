package io.penstock.route.test;

import java.util.List;
import java.util.Optional;

/**
 * A case of a test file.
 *
 * @param line     where it begins, from 1
 * @param expected what must come out, in the order of the records; empty if the file does not say
 */
record RouteCase(String name, int line, List<TestRecord> records, Optional<List<Expected>> expected) {
}

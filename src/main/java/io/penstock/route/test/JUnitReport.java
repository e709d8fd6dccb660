package io.penstock.route.test;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes results in the XML that CI servers read. */
final class JUnitReport {

    private JUnitReport() {
    }

    static void write(Path file, List<FileResult> results) throws IOException {
        if (file.toAbsolutePath().getParent() != null) {
            Files.createDirectories(file.toAbsolutePath().getParent());
        }
        try (Writer text = Files.newBufferedWriter(file)) {
            var xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("testsuites");
            for (var result : results) {
                suite(xml, result);
            }
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.flush();
        } catch (XMLStreamException e) {
            throw new IOException(e);
        }
    }

    private static void suite(XMLStreamWriter xml, FileResult result) throws XMLStreamException {
        long failures = result.cases().stream().filter(c -> !c.isPassed()).count();
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", result.file());
        xml.writeAttribute("tests", String.valueOf(result.cases().size() + result.fault().stream().count()));
        xml.writeAttribute("failures", String.valueOf(failures));
        xml.writeAttribute("errors", String.valueOf(result.fault().stream().count()));
        xml.writeAttribute("time", seconds(result.cases().stream().map(CaseResult::time).reduce(Duration.ZERO, Duration::plus)));
        if (result.fault().isPresent()) {
            testcase(xml, result.file(), "the routes and cases can be read", Duration.ZERO);
            problem(xml, "error", result.fault().get());
            xml.writeEndElement();
        }
        for (var routeCase : result.cases()) {
            testcase(xml, result.file(), routeCase.routeCase().name(), routeCase.time());
            if (!routeCase.isPassed()) {
                problem(xml, "failure", String.join("\n", routeCase.differences()));
            }
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }

    private static void testcase(XMLStreamWriter xml, String file, String name, Duration time) throws XMLStreamException {
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", file);
        xml.writeAttribute("name", characters(name));
        xml.writeAttribute("time", seconds(time));
    }

    private static void problem(XMLStreamWriter xml, String element, String text) throws XMLStreamException {
        xml.writeStartElement(element);
        xml.writeAttribute("message", characters(text.lines().findFirst().orElse("")));
        xml.writeCharacters(characters(text));
        xml.writeEndElement();
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.3f", time.toNanos() / 1e9);
    }

    /** Without what XML 1.0 can't hold, not even escaped. */
    private static String characters(String text) {
        return text.replaceAll("[^\\t\\n\\r\\x{20}-\\x{D7FF}\\x{E000}-\\x{FFFD}\\x{10000}-\\x{10FFFF}]", "?");
    }
}

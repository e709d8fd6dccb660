package io.penstock.route.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.route.check.RouteCheck.RouteFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What docs/routes.md lists is what is in the image, and each of it is right in a route. ExamplesIT runs the same routes. */
class VocabularyTest {

    private static final Pattern ROW = Pattern.compile("^\\| (components|languages|data formats|steps) \\| (.*) \\|$", Pattern.MULTILINE);
    private static final Pattern NAME = Pattern.compile("`(\\w+)`");

    private static Map<String, Set<String>> listed() throws IOException {
        var text = Files.readString(Path.of("docs/routes.md"));
        return ROW.matcher(text.substring(text.indexOf("## What a route can use"))).results().collect(Collectors.toMap(
                row -> row.group(1), row -> NAME.matcher(row.group(2)).results().map(name -> name.group(1))
                        .collect(Collectors.toCollection(TreeSet::new))));
    }

    @Test
    void theDocsListWhatIsInTheImage() throws IOException {
        var catalog = new ImageCatalog();
        var languages = new TreeSet<>(catalog.languages());
        // As routes name it; a csimple would have to be compiled, ref is for Java.
        languages.remove("bean");
        languages.add("method");
        languages.removeAll(Set.of("csimple", "ref"));

        assertThat(listed().get("components")).isEqualTo(catalog.components());
        assertThat(listed().get("languages")).isEqualTo(languages);
        assertThat(listed().get("data formats")).containsExactly("json");
        // A rule for a file rather than a step.
        var steps = new TreeSet<>(RouteSteps.LISTED);
        steps.add("onException");
        assertThat(listed().get("steps")).isEqualTo(steps);
        assertThat(catalog.dataFormats()).containsExactly("jackson");
    }

    @Test
    void everythingListedHasARoute() throws IOException {
        var listed = new TreeSet<String>();
        listed().forEach((kind, names) -> listed.addAll(kind.equals("data formats") ? Set.of() : names));

        // What is a component and a step, or a component and a language, has two routes.
        assertThat(Vocabulary.routes().keySet().stream().map(name -> name.split(" ")[0]).collect(Collectors.toSet()))
                .isEqualTo(listed);
    }

    @TestFactory
    List<DynamicTest> itsRouteIsRight() {
        var check = new RouteCheck(name -> Optional.empty(), List::of);
        return Vocabulary.routes().entrySet().stream().map(route -> DynamicTest.dynamicTest(route.getKey(),
                () -> assertThat(check.check(List.of(new RouteFile("f.camel.yaml", route.getValue()))))
                        .filteredOn(finding -> finding.severity() == Finding.Severity.ERROR).isEmpty())).toList();
    }
}

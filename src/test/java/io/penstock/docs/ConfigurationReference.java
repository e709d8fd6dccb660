package io.penstock.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;

import javax.tools.ToolProvider;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import org.jspecify.annotations.Nullable;

/** Writes docs/configuration.md from the {@code @ConfigMapping} interfaces: each setting is documented once, in its Javadoc. */
final class ConfigurationReference {

    private static final String HEAD = """
            # Configuration

            <!-- Generated from the Javadoc of the @ConfigMapping interfaces; bin/test --docs writes it anew. -->

            Every setting is a property. It is read, in this order, from the command line (`-Dpenstock.topic=orders`), from an
            environment variable (the property's name in capitals with `_` for any other character: `PENSTOCK_TOPIC`), from
            `config/application.properties` in the working directory, and from the default. A wrong value stops the start with one
            line and exit code 2; a variable that is no setting's is passed over. `penstock.push.topics.*` can't be written as variables, whose
            names have neither `*` nor small letters.

            Settings that are not Penstock's own:

            | property | default | |
            | --- | --- | --- |
            | `kafka.bootstrap.servers` | `localhost:9092` | Brokers, `host:port`, separated by commas. |
            | `camel.component.kafka.*` | | Any option of Camel's Kafka component, for all routes: `security-protocol`, `sasl-mechanism`, `sasl-jaas-config`, `ssl-truststore-location`, `max-poll-records`, `session-timeout-ms`, ... |
            | `quarkus.http.port` | `8080` | Port of health, metrics and the event ingress. |
            | `quarkus.log.level` | `INFO` | |
            """;

    private record Setting(String name, String type, String value, String text) {
    }

    private final TreeMap<String, List<Setting>> sections = new TreeMap<>();
    private final TreeMap<String, String> titles = new TreeMap<>();

    /** The page, from the sources below a folder. */
    static String of(Path sources) throws IOException {
        var reference = new ConfigurationReference();
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var walk = Files.walk(sources); var files = compiler.getStandardFileManager(null, Locale.ROOT, null)) {
            var paths = walk.filter(p -> p.toString().endsWith("Config.java")).sorted().toList();
            var task = (JavacTask) compiler.getTask(null, files, null, null, null, files.getJavaFileObjectsFromPaths(paths));
            for (CompilationUnitTree unit : task.parse()) {
                for (Tree type : unit.getTypeDecls()) {
                    var root = new TreePath(new TreePath(unit), type);
                    var mapping = annotation(((ClassTree) type).getModifiers().getAnnotations(), "ConfigMapping");
                    if (mapping != null) {
                        reference.titles.put(mapping, doc(task, root));
                        reference.collect(task, root, mapping, mapping);
                    }
                }
            }
        }
        return reference.page();
    }

    private void collect(JavacTask task, TreePath type, String section, String prefix) {
        var members = ((ClassTree) type.getLeaf()).getMembers();
        for (Tree member : members) {
            if (member instanceof MethodTree method) {
                var annotations = method.getModifiers().getAnnotations();
                String given = annotation(annotations, "WithName");
                String name = prefix + '.' + (given == null ? dashed(method.getName().toString()) : given);
                String kind = method.getReturnType().toString();
                var nested = members.stream().filter(m -> m instanceof ClassTree c && c.getSimpleName().contentEquals(kind))
                        .findFirst();
                if (nested.isPresent()) {
                    collect(task, new TreePath(type, nested.get()), section, name);
                } else {
                    String value = annotation(annotations, "WithDefault");
                    sections.computeIfAbsent(section, s -> new ArrayList<>()).add(new Setting(name, kind,
                            value == null ? "" : '`' + value + '`', doc(task, new TreePath(type, member))));
                }
            }
        }
    }

    private static String doc(JavacTask task, TreePath path) {
        var comment = DocTrees.instance(task).getDocComment(path);
        if (comment == null || comment.isBlank()) {
            throw new IllegalStateException("no Javadoc: " + path.getLeaf());
        }
        return comment.strip().replaceAll("\\{@(?:code|link) ((?:[^{}]|\\{[^{}]*})*)}", "`$1`").replace("<p>", "").replaceAll("\\s+", " ");
    }

    private static @Nullable String annotation(List<? extends AnnotationTree> annotations, String name) {
        return annotations.stream().filter(a -> a.getAnnotationType().toString().equals(name)).findFirst()
                .map(a -> a.getArguments().getFirst() instanceof AssignmentTree assigned ? assigned.getExpression()
                        : a.getArguments().getFirst())
                .map(e -> ((LiteralTree) e).getValue().toString()).orElse(null);
    }

    private static String dashed(String camelCase) {
        return camelCase.replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    private String page() {
        return HEAD + sections.entrySet().stream().map(section -> "\n## " + section.getKey() + "\n\n"
                + titles.get(section.getKey()) + "\n\n| property | default | |\n| --- | --- | --- |\n"
                + section.getValue().stream().map(s -> "| `" + s.name + "` | " + s.value + " | " + s.text.replace("|", "\\|") + " |\n")
                        .collect(Collectors.joining())).collect(Collectors.joining());
    }
}

package io.penstock.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.stack.ChildProcess;
import io.penstock.stack.FreePort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code Dockerfile.jvm} does with the packaged service, in a folder that stands for the image's root. */
class JvmImageIT {

    private static final String JAVA_HOME = System.getProperty("java.home");
    private static final Path PACKAGED = Path.of("target/quarkus-app");

    @TempDir
    Path root;

    @Test
    void itIsTrainedAndStartsFromTheCacheByItsEntryPoint() throws Exception {
        Assumptions.assumeTrue(System.getProperty("penstock.command", "").isBlank(), "it is about the jar");
        var dockerfile = Dockerfile.read("Dockerfile.jvm");
        copy(PACKAGED, root.resolve("opt/penstock"));
        Files.createDirectories(root.resolve("tmp"));
        Files.copy(Path.of("bin/aot-cache"), root.resolve("tmp/aot-cache"));

        var train = dockerfile.all("RUN").stream().map(Dockerfile.Instruction::rest).filter(run -> run.contains("aot-cache")).toList();
        assertThat(train).hasSize(1);
        // A setting of whoever makes it is not the training's
        var training = ChildProcess.start("training", List.of("bash", "-c", inRoot(train.getFirst())),
                Map.of("JAVA_HOME", JAVA_HOME, "PENSTOCK_PUSH_TOKEN", "secret"), Path.of("").toAbsolutePath(),
                root.resolve("training.txt"));
        try {
            assertThat(training.await(Duration.ofMinutes(2))).as(training.lastWords()).hasValue(0);
        } finally {
            training.kill();
        }
        assertThat(root.resolve("opt/penstock-aot/training.log")).content().contains("a record was pulled");

        var image = dockerfile.lastStage();
        leaveWhatIsCopied(image);
        var command = Stream.concat(image.only("ENTRYPOINT").words().stream(), image.only("CMD").words().stream())
                .map(word -> word.equals("java") ? JAVA_HOME + "/bin/java" : inRoot(word)).toList();
        int port = FreePort.next();
        var process = ChildProcess.start("penstock", command, Map.of("PENSTOCK_SOURCE", "push", "QUARKUS_HTTP_HOST", "127.0.0.1",
                "QUARKUS_HTTP_PORT", String.valueOf(port), "PENSTOCK_ROUTES", Path.of("src/main/resources/routes").toAbsolutePath().toString(),
                "ELASTICSEARCH_HOSTS", "http://127.0.0.1:9"), root.resolve("tmp"), root.resolve("log.txt"));
        try {
            await().atMost(Duration.ofSeconds(60)).until(() -> answersAnEvent(port));
            assertThat(usesCache(process.pid())).as("the cache is mapped").isTrue();
            assertThat(process.terminate(Duration.ofSeconds(30))).hasValue(0);
        } finally {
            process.kill();
        }
    }

    @Test
    void aBillOfMaterialsGoesWithTheBuild() throws IOException {
        var bill = new ObjectMapper().readTree(Path.of("target/quarkus-run-cyclonedx.json").toFile());

        assertThat(bill.path("bomFormat").asText()).isEqualTo("CycloneDX");
        assertThat(bill.path("components").findValuesAsText("name")).contains("penstock", "kafka-clients", "elasticsearch-rest-client");
    }

    private String inRoot(String command) {
        return command.replace("/opt/", root + "/opt/").replace("/tmp/aot-cache", root + "/tmp/aot-cache");
    }

    /** Takes away what the last stage doesn't get from the one before. */
    private void leaveWhatIsCopied(Dockerfile image) throws IOException {
        var copied = image.all("COPY").stream().map(copy -> List.of(copy.rest().split("\\s+"))).filter(words -> words.getFirst().equals("--from=trained"))
                .flatMap(words -> words.subList(1, words.size() - 1).stream()).map(source -> root.getFileSystem().getPathMatcher("glob:" + root + source + "{,/**}"))
                .toList();
        try (Stream<Path> files = Files.walk(root.resolve("opt"))) {
            for (var file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                if (copied.stream().noneMatch(source -> source.matches(file))) {
                    Files.delete(file);
                }
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (var file : (Iterable<Path>) files::iterator) {
                var target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    private static boolean answersAnEvent(int port) throws InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).header("ce-specversion", "1.0")
                    .header("ce-id", "1").header("ce-source", "test").header("ce-type", "trade").header("content-type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"returnCode\":0}")).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode() == 204;
        } catch (IOException _) {
            return false;
        }
    }

    private static boolean usesCache(long pid) throws IOException {
        var maps = Path.of("/proc/" + pid + "/maps");
        return !Files.exists(maps) || Files.readString(maps).contains("penstock.aot");
    }
}

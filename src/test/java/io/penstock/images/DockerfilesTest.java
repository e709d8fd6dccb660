package io.penstock.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The linter comes from npm, so it runs where it is asked for: {@code bin/test --images}. */
class DockerfilesTest {

    private static final String LINTER = "dockerfile-utils@0.16.3";

    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.jvm", "Dockerfile.native"})
    void theLinterHasNothingToSay(String name) throws Exception {
        assumeTrue(Boolean.getBoolean("penstock.images"), "not asked for: bin/test --images");
        var process = new ProcessBuilder("npx", "--yes", LINTER, "lint", name).redirectErrorStream(true).start();
        process.getOutputStream().close();
        var said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).isBlank();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.jvm", "Dockerfile.native"})
    void whatIsShippedRunsAsNobodyAndStopsOnSigterm(String name) {
        var image = Dockerfile.read(name).lastStage();

        assertThat(image.only("USER").rest()).matches("[1-9]\\d*:[1-9]\\d*");
        assertThat(image.only("STOPSIGNAL").rest()).isEqualTo("SIGTERM");
        assertThat(image.only("ENTRYPOINT").words()).isNotEmpty();
        assertThat(image.only("CMD").words()).containsExactly("run");
        assertThat(image.only("ENV").rest()).isEqualTo("PENSTOCK_ROUTES=/etc/penstock/routes");
        assertThat(image.only("LABEL").rest()).contains("image.title=", "image.description=", "image.licenses=", "image.version=",
                "image.revision=");
        // No command in it needs a shell, and none is run as root while it is made.
        assertThat(image.all("RUN")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.jvm", "Dockerfile.native"})
    void whatIsCopiedIsInTheContext(String name) throws Exception {
        var context = Files.readAllLines(Path.of(".dockerignore")).stream().filter(line -> line.startsWith("!"))
                .map(line -> line.substring(1)).toList();
        var copied = Dockerfile.read(name).all("COPY").stream().filter(copy -> !copy.rest().contains("--from="))
                .map(copy -> copy.rest().split("\\s+")[0]).toList();

        assertThat(copied).isNotEmpty().allSatisfy(path -> {
            assertThat(Path.of(path)).exists();
            assertThat(context).anyMatch(kept -> path.equals(kept) || path.startsWith(kept + "/"));
        });
    }

    @Test
    void theNativeOneHasNoShell() {
        assertThat(Dockerfile.read("Dockerfile.native").lastStage().all("FROM").getFirst().rest()).contains("distroless");
    }

    /** bin/test --native-sources runs this packaging, which is a stage of the image. */
    @Test
    void theNativeSourcesAreMadeAsTheTestsMakeThem() throws Exception {
        var options = List.of("package", "-Dnative", "-Dquarkus.native.sources-only=true", "-Dmaven.test.skip=true");

        assertThat(Files.readAllLines(Path.of("bin/test"))).anySatisfy(line -> assertThat(line.split("\\s+")).containsAll(options));
        assertThat(Dockerfile.read("Dockerfile.native").all("RUN")).anySatisfy(run ->
                assertThat(run.rest().split("\\s+")).containsAll(options));
    }
}

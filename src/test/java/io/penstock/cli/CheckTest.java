package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class CheckTest {

    @TempDir
    Path folder;

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFileThatCanNotBeReadIsAFindingAndTheOthersAreChecked() throws IOException {
        // What fails for every user, even for root.
        var unreadable = Files.createSymbolicLink(folder.resolve("a.camel.yaml"), Path.of("/proc/self/mem"));
        var other = Files.writeString(folder.resolve("b.camel.yaml"), "# nothing\n");
        var check = new Check();
        check.places = List.of(folder);
        var written = new ByteArrayOutputStream();
        var out = System.out;
        System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
        try {
            assertThat(check.call()).isOne();
        } finally {
            System.setOut(out);
        }
        assertThat(written.toString(StandardCharsets.UTF_8)).contains(unreadable + ":1:1: the file can't be read",
                other + ":1:1: there is no route in it");
    }
}

package io.penstock.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.stack.PenstockProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/routes.md as a newcomer follows it: what it says to write is written, what it says to run says what it says it does. */
class NewcomerIT {

    private static final Pattern BLOCK = Pattern.compile("```\\w*\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern TIMES = Pattern.compile("\\d+ ms");

    @TempDir
    Path folder;
    private String guide = "";
    private String route = "";

    @BeforeEach
    void followTheGuide() throws IOException {
        guide = Files.readString(Path.of("docs/routes.md"));
        route = block("Put this into `routes/orders.camel.yaml`", 0);
        Files.createDirectory(folder.resolve("routes"));
        write("routes/orders.camel.yaml", route);
    }

    @Test
    void theRouteIsRightAndItsMistakesAreToldAsShown() throws Exception {
        assertThat(penstock(0, "check", "routes")).isEmpty();
        write("routes/orders.camel.yaml", route.replace("filter:", "filtr:").replace("seconds", "secnds"));
        assertThat(penstock(1, "check", "routes")).isEqualTo(block("Write `filtr` for `filter`", 0));
    }

    @Test
    void tryingItShowsWhatIsShown() throws Exception {
        var command = block("## 3. Try it", 0);
        var record = command.substring(command.indexOf('\'') + 1, command.lastIndexOf('\''));
        assertThat(penstock(0, "try", "routes/orders.camel.yaml", "--record", record).strip()).isEqualTo(block("## 3. Try it", 1).strip());
    }

    @Test
    void itsTestPassesAndFailsAsShown() throws Exception {
        var cases = block("Put this into `routes/orders.test.yaml`", 0);
        write("routes/orders.test.yaml", cases);
        assertThat(timeless(penstock(0, "test", "routes"))).isEqualTo(timeless(block("```sh\npenstock test routes", 1)));
        write("routes/orders.test.yaml", cases.replace("amount: 12.5,", "amount: 12,"));
        assertThat(timeless(penstock(1, "test", "routes"))).contains(timeless(block("A case that fails shows what differs", 0)));
    }

    /** The block of code that comes so many after a text. */
    private String block(String after, int number) {
        assertThat(guide).contains(after);
        return BLOCK.matcher(guide.substring(guide.indexOf(after))).results().skip(number).findFirst().orElseThrow().group(1);
    }

    private static String timeless(String text) {
        return TIMES.matcher(text).replaceAll("N ms");
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text, StandardCharsets.UTF_8);
    }

    /** What it prints, run in the newcomer's folder. */
    private String penstock(int code, String... arguments) {
        var ended = PenstockProcess.run(folder, arguments);
        assertThat(ended.code()).as(ended.toString()).isEqualTo(code);
        assertThat(ended.err()).isEmpty();
        return ended.out();
    }
}

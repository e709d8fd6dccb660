package io.penstock.images;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** A Dockerfile's instructions, in their order, with continued lines joined. */
record Dockerfile(Path file, List<Instruction> instructions) {

    private static final Pattern SPACE = Pattern.compile("\\s+");

    record Instruction(String name, String rest) {

        /** Of the exec form. */
        List<String> words() {
            try {
                return Arrays.asList(new ObjectMapper().readValue(rest, String[].class));
            } catch (IOException e) {
                throw new UncheckedIOException(name + " is not in exec form: " + rest, e);
            }
        }
    }

    static Dockerfile read(String name) {
        var file = Path.of(name);
        try {
            return new Dockerfile(file, Files.readString(file).replaceAll("(?m)^#.*\n", "").replace("\\\n", " ").lines()
                    .filter(line -> !line.isBlank()).map(line -> SPACE.split(line, 2))
                    .map(parts -> new Instruction(parts[0], parts[1])).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Instruction> all(String name) {
        return instructions.stream().filter(instruction -> instruction.name().equals(name)).toList();
    }

    /** What is shipped: from the last FROM on. */
    Dockerfile lastStage() {
        return new Dockerfile(file, instructions.subList(instructions.lastIndexOf(all("FROM").getLast()), instructions.size()));
    }

    Instruction only(String name) {
        var found = all(name);
        if (found.size() != 1) {
            throw new IllegalStateException(file + " has " + found.size() + ' ' + name);
        }
        return found.getFirst();
    }

    @Override
    public String toString() {
        return file.toString();
    }
}

package io.penstock.convert;

import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** What the YAML parser says, with what to write instead where that is known. */
public final class YamlProblem {

    private static final Pattern NO_TOKEN = Pattern.compile("^found character '?(\\\\t|.)");

    private YamlProblem() {
    }

    /** In one line, without the place. */
    public static String of(MarkedYamlEngineException fault) {
        var problem = String.valueOf(fault.getProblem());
        if (problem.startsWith("found unknown escape character")) {
            return problem + "; put it in single quotes, where a backslash is a backslash";
        }
        var character = NO_TOKEN.matcher(problem);
        if (problem.contains("cannot start any token") && character.find()) {
            return character.group(1).isBlank() || character.group(1).equals("\\t") ? problem + "; indent with blanks"
                    : "nothing can begin with " + character.group(1) + " here; put it in quotes: \"" + character.group(1) + "...\"";
        }
        return problem;
    }
}

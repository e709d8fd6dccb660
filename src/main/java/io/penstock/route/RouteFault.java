package io.penstock.route;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

import io.penstock.route.check.Finding;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.NoSuchBeanException;
import org.apache.camel.NoSuchEndpointException;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.util.URISupport;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/**
 * What is wrong with a route file.
 *
 * @param file     the file's path
 * @param line     from 1; 0 when not known
 * @param column   from 1; 0 when not known
 * @param message  what is wrong, in one line, without secrets
 * @param running  true when the previous version of the file, if there was one, goes on: nothing is missing
 * @param since    when it was found
 */
public record RouteFault(String file, int line, int column, String message, boolean running, Instant since) {

    private static final Pattern UNKNOWN_PARAMETER = Pattern.compile("Unknown parameters=\\[\\{([^=,}]+)");
    private static final Pattern BEAN_CREATION = Pattern.compile("Error creating bean: (\\S+) of type");

    private record Place(int line, int column) {
        static final Place UNKNOWN = new Place(0, 0);
    }

    /** What is wrong with a folder of route files. */
    static RouteFault ofFolder(String folder, String message, boolean running) {
        return new RouteFault(folder, 0, 0, message, running, Instant.now());
    }

    /** The fault as {@code penstock check} puts it, with the exact place and what to write instead. */
    static RouteFault of(RouteSource source, Finding finding, boolean running) {
        return new RouteFault(source.file(), finding.line(), finding.column(),
                finding.message() + (finding.hint().isEmpty() ? "" : "; " + finding.hint()), running, Instant.now());
    }

    /** The fault as Camel puts it, the place searched for. */
    static RouteFault of(RouteSource source, Throwable failure, boolean running) {
        String text = new String(source.content(), StandardCharsets.UTF_8);
        Place place = Place.UNKNOWN;
        String prefix = "";
        String route = "";
        Throwable root = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause() == cause ? null : cause.getCause()) {
            root = cause;
            switch (cause) {
                case MarkedYamlEngineException yaml when yaml.getProblemMark().isPresent() -> place = place(text, yaml.getProblemMark().get());
                case NoSuchBeanException bean when bean.getName() != null -> place = or(place, find(text, bean.getName()));
                case ResolveEndpointFailedException endpoint -> place = or(place, find(text, endpoint));
                case NoSuchEndpointException endpoint -> place = or(place, findUri(text, endpoint.getUri()));
                case FailedToCreateRouteException creation when creation.getRouteId() != null -> route = creation.getRouteId();
                case FailedToStartRouteException start when start.getRouteId() != null -> route = start.getRouteId();
                default -> {
                    var bean = BEAN_CREATION.matcher(String.valueOf(cause.getMessage()));
                    if (bean.find()) {
                        prefix = "bean " + bean.group(1) + ": ";
                        place = or(place, find(text, bean.group(1)));
                    }
                }
            }
        }
        place = or(place, find(text, route));
        return new RouteFault(source.file(), place.line, place.column, URISupport.sanitizeUri(prefix + message(root)), running,
                Instant.now());
    }

    private static String message(Throwable root) {
        if (root instanceof MarkedYamlEngineException yaml && yaml.getProblem() != null) {
            return yaml.getProblem();
        }
        String message = root.getMessage() == null ? root.toString() : root.getMessage();
        return message.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    /** The parser may see the end of the text on a line that is not there. */
    private static Place place(String text, Mark mark) {
        var lines = text.lines().toList();
        return mark.getLine() < lines.size() || lines.isEmpty() ? new Place(mark.getLine() + 1, mark.getColumn() + 1)
                : new Place(lines.size(), lines.getLast().length() + 1);
    }

    private static Place or(Place first, Optional<Place> second) {
        return first == Place.UNKNOWN ? second.orElse(first) : first;
    }

    private static Optional<Place> find(String text, ResolveEndpointFailedException endpoint) {
        var option = UNKNOWN_PARAMETER.matcher(String.valueOf(endpoint.getMessage()));
        if (option.find()) {
            return find(text, option.group(1));
        }
        return findUri(text, endpoint.getUri());
    }

    private static Optional<Place> findUri(String text, @Nullable String given) {
        String uri = given == null ? "" : given;
        return find(text, uri).or(() -> find(text, uri.substring(0, uri.indexOf(':') + 1)));
    }

    /** The first place of a word outside comments. */
    private static Optional<Place> find(String text, String word) {
        if (word.isEmpty()) {
            return Optional.empty();
        }
        var lines = text.lines().toList();
        var pattern = Pattern.compile("(?<![\\w.-])" + Pattern.quote(word) + "(?![\\w-])|(?<![\\w.-])" + Pattern.quote(word) + "(?=\\w)");
        for (int i = 0; i < lines.size(); i++) {
            var match = pattern.matcher(lines.get(i).replaceFirst("(^|\\s)#.*", "$1"));
            if (match.find()) {
                return Optional.of(new Place(i + 1, match.start() + 1));
            }
        }
        return Optional.empty();
    }

    /** What is wrong and where, in one line. */
    public String said() {
        return place() + ": " + message;
    }

    /** {@code file:line:column}, as far as they are known. */
    public String place() {
        return line == 0 ? file : file + ":" + line + ":" + column;
    }
}

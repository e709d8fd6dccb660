package io.penstock.route;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.apache.camel.model.RouteDefinition;

/**
 * One version of a route file, read and understood; nothing of it runs because of that.
 *
 * @param source      the file's text
 * @param routes      its routes, in the file's order
 * @param beans       its beans by name
 * @param texts       what the file says of each route, by its id, without comments and layout
 * @param surrounding what it says beside the routes: beans, error handling
 */
record RouteVersion(RouteSource source, List<RouteDefinition> routes, Map<String, DeclaredBean> beans,
        Map<String, Object> texts, List<Object> surrounding) {

    /** Nothing: what there is of a file that is not there. */
    static RouteVersion none(String location) {
        return new RouteVersion(new RouteSource(location, new byte[0]), List.of(), Map.of(), Map.of(), List.of());
    }

    boolean isNone() {
        return routes.isEmpty();
    }

    /** This version with the beans of another in place of its own, which are destroyed. */
    RouteVersion withBeansOf(RouteVersion other) {
        destroyBeans();
        return new RouteVersion(source, routes, other.beans, texts, surrounding);
    }

    void destroyBeans() {
        beans.values().forEach(DeclaredBean::destroy);
    }

    boolean hasSurroundingOf(RouteVersion other) {
        return surrounding.equals(other.surrounding);
    }

    /** The routes of this version that are not the same in the other. */
    List<RouteDefinition> unlike(RouteVersion other) {
        boolean sameSurrounding = hasSurroundingOf(other);
        return routes.stream().filter(r -> !sameSurrounding || !texts.get(r.getRouteId()).equals(other.texts.get(r.getRouteId())))
                .toList();
    }

    String location() {
        return source.location();
    }

    List<String> ids() {
        return routes.stream().map(RouteDefinition::getRouteId).toList();
    }

    /** What no two files may have both: its routes, what is sent to them, and beans. */
    List<String> names() {
        var inputs = routes.stream().map(route -> String.valueOf(route.getInput().getEndpointUri()))
                .filter(uri -> uri.startsWith("direct:"))
                .map(uri -> "route from " + uri.replaceFirst("^direct:/*", "direct:").replaceFirst("\\?.*", ""));
        return Stream.of(ids().stream().map(id -> "route " + id), inputs, beans.keySet().stream().map(name -> "bean " + name))
                .flatMap(names -> names).distinct().toList();
    }

    /** The file as an operator knows it. */
    String file() {
        return source.file();
    }
}

package io.penstock.route;

/**
 * A file's way from one version to the next.
 *
 * @param old  what runs; {@link RouteVersion#none nothing} for a file that is new
 * @param next what is to run; nothing for a file that is gone
 */
record RouteSwap(RouteVersion old, RouteVersion next) {

    /** The two have a route or a bean of the same name in two files. */
    boolean takesFrom(RouteSwap other) {
        return this != other && next.names().stream().anyMatch(other.old.names()::contains);
    }

    boolean beansDiffer() {
        return old.beans() != next.beans();
    }

    String location() {
        return next.location();
    }
}

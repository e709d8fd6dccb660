/**
 * Steps of Camel's own that do the same in less time: what they don't know they leave to Camel, so that a route's author notices
 * nothing but the speed. Part of the routes' package, for they belong to Camel and know neither sources nor the sink.
 */
@NullMarked
package io.penstock.route.lean;

import org.jspecify.annotations.NullMarked;

/**
 * Routes as data: reading route files, giving every route its delivery, completing and draining them. What a record goes
 * through between its source and its sink is decided here and in the route file, nowhere else.
 */
@NullMarked
package io.penstock.route;

import org.jspecify.annotations.NullMarked;

/** Sending dead letters through the routes again. */
@NullMarked
package io.penstock.route.replay;

import org.jspecify.annotations.NullMarked;

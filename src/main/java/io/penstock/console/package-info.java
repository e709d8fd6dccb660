/** What the running service shows of itself over HTTP. Nothing here changes anything. */
@NullMarked
package io.penstock.console;

import org.jspecify.annotations.NullMarked;

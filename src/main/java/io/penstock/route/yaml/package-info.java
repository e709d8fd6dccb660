/** YAML as its author wrote it: nodes that know their line and column, for messages that say where something is wrong. */
@NullMarked
package io.penstock.route.yaml;

import org.jspecify.annotations.NullMarked;

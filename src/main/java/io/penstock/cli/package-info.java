/** The command line: thin subcommands over the other packages, and the process's start, stop and exit codes. */
@NullMarked
package io.penstock.cli;

import org.jspecify.annotations.NullMarked;

package io.penstock.cli;

import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code penstock run}. */
@Command(name = "run", mixinStandardHelpOptions = true, description = "Runs the service until SIGTERM or Ctrl-C.")
final class Run implements Callable<Integer> {

    @ParentCommand
    Penstock penstock;

    @Mixin
    Settings settings;

    @Override
    public Integer call() {
        return Service.start(penstock.began);
    }
}

package io.penstock.stack;

import java.util.ArrayDeque;
import java.util.Deque;

/** What is done when this JVM ends, one after the other, the last that was added first: who came later needs who came earlier. */
final class AtExit {

    private static final Deque<Runnable> TASKS = new ArrayDeque<>();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(AtExit::run, "end-stack"));
    }

    private AtExit() {
    }

    static void add(Runnable task) {
        synchronized (TASKS) {
            TASKS.push(task);
        }
    }

    private static void run() {
        while (true) {
            Runnable task;
            synchronized (TASKS) {
                task = TASKS.poll();
            }
            if (task == null) {
                return;
            }
            try {
                task.run();
            } catch (RuntimeException e) {
                // The others are to end all the same
                e.printStackTrace();
            }
        }
    }
}

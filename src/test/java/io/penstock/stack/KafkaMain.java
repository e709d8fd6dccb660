package io.penstock.stack;

import java.io.PrintStream;

/** Runs in Kafka's own JVM: formats the storage when it is not formatted yet, then becomes the broker. */
final class KafkaMain {

    private KafkaMain() {
    }

    /** {@code args}: the properties file and the cluster id. */
    public static void main(String[] args) throws ReflectiveOperationException {
        int exit = (int) Class.forName("kafka.tools.StorageTool")
                .getMethod("execute", String[].class, PrintStream.class)
                .invoke(null, new String[] {"format", "--ignore-formatted", "--cluster-id", args[1], "--config", args[0]},
                        System.out);
        if (exit != 0) {
            System.exit(exit);
        }
        Class.forName("kafka.Kafka").getMethod("main", String[].class)
                .invoke(null, (Object) new String[] {args[0]});
    }
}

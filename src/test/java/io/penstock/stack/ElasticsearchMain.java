package io.penstock.stack;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/**
 * Runs in Elasticsearch's own JVM: becomes a node with the modules laid out below its home. By reflection, because
 * Elasticsearch is not on our test class path.
 */
final class ElasticsearchMain {

    private ElasticsearchMain() {
    }

    /** {@code args}: the home folder; the settings are in its {@code config/elasticsearch.yml}. */
    public static void main(String[] args) throws Exception {
        var home = Path.of(args[0]);
        Class.forName("org.elasticsearch.common.logging.LogConfigurator").getMethod("configureESLogging").invoke(null);
        var environment = environment(home);
        var node = (Closeable) node(environment, home);
        var ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                node.close();
            } catch (IOException e) {
                e.printStackTrace();
            }
            ended.countDown();
        }, "close-node"));
        node.getClass().getMethod("start").invoke(node);
        ended.await();
    }

    private static Object environment(Path home) throws ReflectiveOperationException {
        var settings = Class.forName("org.elasticsearch.common.settings.Settings");
        Supplier<String> nodeName = () -> "penstock-test";
        return Class.forName("org.elasticsearch.node.InternalSettingsPreparer")
                .getMethod("prepareEnvironment", settings, Map.class, Path.class, Supplier.class)
                .invoke(null, settings.getField("EMPTY").get(null), Map.of("path.home", home.toString()),
                        home.resolve("config"), nodeName);
    }

    /** 8.18 and 9 take the modules from a plugins loader, earlier versions find them themselves. */
    private static Object node(Object environment, Path home) throws ReflectiveOperationException {
        var node = Class.forName("org.elasticsearch.node.Node");
        for (var constructor : node.getConstructors()) {
            if (constructor.getParameterCount() == 2) {
                return constructor.newInstance(environment, pluginsLoader(home));
            }
        }
        return node.getConstructor(environment.getClass()).newInstance(environment);
    }

    private static Object pluginsLoader(Path home) throws ReflectiveOperationException {
        var loader = Class.forName("org.elasticsearch.plugins.PluginsLoader");
        // Without the server's qualified exports: it is on the class path and so exports everything
        return loader.getMethod("createPluginsLoader", Set.class, Set.class, Map.class, boolean.class)
                .invoke(null, modules(loader, home.resolve("modules")), Set.of(), Map.of(), false);
    }

    private static Object modules(Class<?> loader, Path folder) throws ReflectiveOperationException {
        for (var method : loader.getMethods()) {
            if (method.getName().equals("loadModulesBundles")) {
                return method.getParameterCount() == 1 ? method.invoke(null, folder) : method.invoke(null, folder, false);
            }
        }
        throw new NoSuchMethodException("PluginsLoader.loadModulesBundles");
    }
}

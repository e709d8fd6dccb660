package io.penstock.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The meters on a Vert.x server of its own, which answers with their names. */
class MachineMetricsTest {

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void theyAreMadeForTheFirstWhoAsksAndKeepNoEventLoopWaiting() throws Exception {
        List<Boolean> madeOnEventLoop = new CopyOnWriteArrayList<>();
        registry.config().onMeterAdded(_ -> madeOnEventLoop.add(Context.isOnEventLoopThread()));
        var router = Router.router(vertx);
        new MachineMetrics(registry).install(router);
        router.get("/q/metrics").handler(request ->
                request.end(registry.getMeters().stream().map(meter -> meter.getId().getName()).toList().toString()));
        int port = vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join()
                .actualPort();
        assertThat(madeOnEventLoop).isEmpty();

        try (var http = HttpClient.newHttpClient()) {
            var metrics = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/q/metrics")).build();
            assertThat(http.send(metrics, BodyHandlers.ofString()).body())
                    .contains("process.uptime", "jvm.memory.used", "jvm.gc.max.data.size");
            int made = madeOnEventLoop.size();
            http.send(metrics, BodyHandlers.ofString());
            assertThat(madeOnEventLoop).hasSize(made).containsOnly(false);
        }
    }
}

package io.blobcache.operator;

import io.blobcache.operator.settings.OperatorSettings;
import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process: reads its environment, starts the operator, and ends when it is told to or when it no longer leads. */
public final class OperatorMain {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorMain.class);

    private OperatorMain() {}

    public static void main(String[] arguments) throws IOException {
        OperatorSettings settings = OperatorSettings.of(System.getenv());
        Callbacks callbacks = new Callbacks(
                write -> LOG.atDebug().addKeyValue("request", write).log("write"), OperatorMain::endBeforeAnotherLeads);
        BlobCacheOperator operator = BlobCacheOperator.start(Config.autoConfigure(null), settings, callbacks);
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("told-to-end").unstarted(operator::close));
        LOG.atInfo()
                .addKeyValue("agentImage", settings.agentImage().name())
                .addKeyValue("port", operator.httpPort())
                .log("operator started");
    }

    /** Not in the thread that says so: the end waits for it. */
    private static void endBeforeAnotherLeads() {
        LOG.atWarn().log("no longer leads, ends");
        Thread.ofPlatform().name("ends").start(() -> System.exit(1));
    }
}

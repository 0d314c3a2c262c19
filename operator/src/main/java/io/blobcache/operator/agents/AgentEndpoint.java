package io.blobcache.operator.agents;

import io.blobcache.operator.plan.Places;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks agents how they are, each within a time limit; one that does not answer costs nobody else anything. Thread-safe. */
final class AgentEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger(AgentEndpoint.class);

    /** An agent answers in milliseconds; one on the other side of a broken network is not worth more. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    /** A complete answer has 60 KiB. */
    private static final int MAX_BYTES = 1 << 20;

    /** Of the reason why an agent waits: it goes into a condition. */
    private static final int MAX_REASON = 200;

    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(LIMIT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    private record Page(int code, String body) {
        static final Page NONE = new Page(0, "");
    }

    AgentAnswer ask(Pod pod, boolean expected) throws InterruptedException {
        String address = pod.getStatus().getPodIP();
        Page ready = page(address, "/readyz");
        String waiting = "";
        if (ready.code == 503 && page(address, "/startupz").code == 200) {
            waiting = inOneLine(ready.body);
        }
        Page metrics = ready.code == 0 ? Page.NONE : page(address, "/metrics");
        PrometheusText text = PrometheusText.parse(metrics.code == 200 ? metrics.body : "");
        return new AgentAnswer(
                pod.getMetadata().getUid(),
                pod.getSpec().getNodeName(),
                expected,
                text.has("blobcache_build_info"),
                waiting,
                text);
    }

    /** What an agent tells of its warmups; {@code null} if it does not answer. */
    @Nullable
    List<AgentWarmup> warmups(Pod pod) throws InterruptedException {
        Page status = page(pod.getStatus().getPodIP(), "/status");
        return status.code == 200 ? AgentWarmup.parse(status.body) : null;
    }

    private Page page(String address, String path) throws InterruptedException {
        String host = address.contains(":") ? "[" + address + "]" : address;
        URI uri = URI.create("http://%s:%d%s".formatted(host, Places.ADMIN_PORT, path));
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(LIMIT).build();
        try {
            HttpResponse<String> response = client.send(
                    request,
                    _ -> HttpResponse.BodySubscribers.limiting(
                            BodySubscribers.ofString(StandardCharsets.UTF_8), MAX_BYTES));
            return new Page(response.statusCode(), response.body());
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("uri", uri).setCause(e).log("agent does not answer");
            return Page.NONE;
        }
    }

    private static String inOneLine(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        String shown = line.length() > MAX_REASON ? line.substring(0, MAX_REASON) : line;
        return shown.toLowerCase(Locale.ROOT).equals("draining") ? "" : shown;
    }
}

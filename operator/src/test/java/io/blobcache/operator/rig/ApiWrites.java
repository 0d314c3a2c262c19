package io.blobcache.operator.rig;

import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Counts what a client asks the API server to change: every request but those that only read. */
public final class ApiWrites {
    private final List<String> requests = new CopyOnWriteArrayList<>();

    KubernetesClientBuilder counting(KubernetesClientBuilder builder) {
        return builder.withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("writes", new Interceptor() {
            @Override
            public void before(BasicBuilder request, HttpRequest sent, RequestTags tags) {
                if (!sent.method().equals("GET")) {
                    requests.add(sent.method() + " " + sent.uri().getPath());
                }
            }
        }));
    }

    /** Since the start or the last {@link #forget}, as method and path. */
    public List<String> all() {
        return List.copyOf(requests);
    }

    public void forget() {
        requests.clear();
    }
}

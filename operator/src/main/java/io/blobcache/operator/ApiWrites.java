package io.blobcache.operator;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.util.function.Consumer;

/** Notes the requests of a client that change something. */
final class ApiWrites {
    private ApiWrites() {}

    /** @param noted given method and path of each, before it is sent */
    static KubernetesClientBuilder noted(Config config, Consumer<String> noted) {
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("api-writes", new Interceptor() {
                    @Override
                    public void before(BasicBuilder request, HttpRequest sent, RequestTags tags) {
                        if (!sent.method().equals("GET")) {
                            noted.accept(sent.method() + " " + sent.uri().getPath());
                        }
                    }
                }));
    }
}

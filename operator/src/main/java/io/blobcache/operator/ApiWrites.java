package io.blobcache.operator;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.util.function.Consumer;

/** Notes the requests of a client that change something. */
final class ApiWrites {
    /** Questions, although they are posted: what one may do. */
    private static final String QUESTIONS = "/apis/authorization.k8s.io/";

    private ApiWrites() {}

    /** @param noted given method and path of each, before it is sent */
    static KubernetesClientBuilder noted(Config config, Consumer<String> noted) {
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("api-writes", new Interceptor() {
                    @Override
                    public void before(BasicBuilder request, HttpRequest sent, RequestTags tags) {
                        String path = sent.uri().getPath();
                        if (!sent.method().equals("GET") && !path.startsWith(QUESTIONS)) {
                            noted.accept(sent.method() + " " + path);
                        }
                    }
                }));
    }
}

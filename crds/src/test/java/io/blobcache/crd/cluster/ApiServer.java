package io.blobcache.crd.cluster;

import io.blobcache.crd.CheckedIn;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * The API server of {@code KUBECONFIG}. Without the variable a test is skipped and says so; with it, what does not work is a
 * failure.
 */
public final class ApiServer {
    /** DER of the identifier of elliptic curve keys, 1.2.840.10045.2.1. */
    private static final String EC = "06072a8648ce3d0201";

    private ApiServer() {}

    /** Aborts the test if no cluster is named. */
    public static Config config() {
        Assumptions.assumeTrue(
                System.getenv("KUBECONFIG") != null,
                "not run: no cluster. Set KUBECONFIG to one that tests may do anything to");
        return keyNamed(Config.autoConfigure(null));
    }

    /** With the custom resources installed as they are checked in. */
    public static KubernetesClient client() {
        KubernetesClient client =
                new KubernetesClientBuilder().withConfig(config()).build();
        for (Path file : CheckedIn.schemas()) {
            try (var in = Files.newInputStream(file)) {
                client.load(in).forceConflicts().serverSideApply();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            String name = file.getFileName().toString().replace("-v1.yml", "");
            client.apiextensions()
                    .v1()
                    .customResourceDefinitions()
                    .withName(name)
                    .waitUntilCondition(
                            crd -> crd != null
                                    && crd.getStatus().getConditions().stream()
                                            .anyMatch(condition -> condition
                                                            .getType()
                                                            .equals("Established")
                                                    && condition.getStatus().equals("True")),
                            30,
                            TimeUnit.SECONDS);
        }
        return client;
    }

    /**
     * The client takes a key in PKCS #8 for one of RSA unless it is told otherwise ("Invalid DER: object is not integer"),
     * although the key says what it is.
     */
    private static Config keyNamed(Config config) {
        String encoded = config.getClientKeyData();
        if (encoded != null) {
            String pem = new String(Base64.getMimeDecoder().decode(encoded), StandardCharsets.US_ASCII);
            byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
            config.setClientKeyAlgo(HexFormat.of().formatHex(der).contains(EC) ? "EC" : "RSA");
        }
        return config;
    }
}

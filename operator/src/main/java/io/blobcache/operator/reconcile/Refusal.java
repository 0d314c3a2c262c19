package io.blobcache.operator.reconcile;

import io.blobcache.operator.dependent.PodMonitorOwned;
import io.blobcache.operator.status.Monitoring;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.AggregatedOperatorException;
import java.net.HttpURLConnection;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the API server did not take, told from what only has to be tried again. A PodMonitor that is refused holds nothing
 * else up, as the agents run without it.
 */
final class Refusal {
    /** The server is busy, and says when to come again. */
    private static final int TOO_MANY_REQUESTS = 429;

    private static final int CLIENT_ERRORS = 400;

    /** Of all that is told: some three answers. A condition may have 32 KiB, but people read it. */
    private static final int MAX_TEXT = 1024;

    private Refusal() {}

    /** What was said to the PodMonitor; empty if it is not among the failures, or got no answer. */
    static Optional<Monitoring> ofPodMonitor(AggregatedOperatorException failures) {
        return failures.getAggregatedExceptions().get(PodMonitorOwned.NAME) instanceof KubernetesClientException refused
                        && refused.getStatus() != null
                ? Optional.of(new Monitoring(Monitoring.State.REFUSED, said(refused)))
                : Optional.empty();
    }

    /** Whether nothing failed but a PodMonitor that was refused. */
    static boolean ofPodMonitorOnly(AggregatedOperatorException failures) {
        return failures.getAggregatedExceptions().size() == 1
                && ofPodMonitor(failures).isPresent();
    }

    /** What was said to everything else, each once and in one order; empty if nothing else was refused. */
    static String ofOthers(AggregatedOperatorException failures) {
        String all = failures.getAggregatedExceptions().entrySet().stream()
                .filter(failure -> !failure.getKey().equals(PodMonitorOwned.NAME))
                .filter(failure -> failure.getValue() instanceof KubernetesClientException refused && decided(refused))
                .map(failure -> said((KubernetesClientException) failure.getValue()))
                .distinct()
                .sorted()
                .collect(Collectors.joining("; "));
        return all.length() > MAX_TEXT ? all.substring(0, MAX_TEXT) + "..." : all;
    }

    /**
     * A server that is away, busy or older than what it was told has decided nothing. One whose admission webhook does not
     * answer has: nobody but a person mends that.
     */
    private static boolean decided(KubernetesClientException failure) {
        if (failure.getStatus() == null) {
            return false;
        }
        int code = failure.getCode();
        boolean later = code == HttpURLConnection.HTTP_CONFLICT
                || code == HttpURLConnection.HTTP_CLIENT_TIMEOUT
                || code == TOO_MANY_REQUESTS;
        boolean webhook =
                code == HttpURLConnection.HTTP_INTERNAL_ERROR && said(failure).contains("webhook");
        return webhook || (code >= CLIENT_ERRORS && code < HttpURLConnection.HTTP_INTERNAL_ERROR && !later);
    }

    private static String said(KubernetesClientException refused) {
        @Nullable String message = refused.getStatus().getMessage();
        return String.valueOf(message);
    }
}

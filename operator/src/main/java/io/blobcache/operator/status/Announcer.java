package io.blobcache.operator.status;

import io.blobcache.crd.StatusCondition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of each transition of a condition once, as an event. What cannot be told is logged: the condition says it anyway. */
public final class Announcer {
    private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    /** The API server's limit for a note. */
    private static final int MAX_NOTE = 1024;

    private static final Set<String> BAD_WHEN_TRUE = Set.of("Degraded", "DiskPressure", "Failed");
    private static final Set<String> BAD_WHEN_FALSE = Set.of("SourceReachable", "PeersHealthy", "Monitored");

    private final KubernetesClient client;
    private final String instance;
    private final Clock clock;

    /** @param instance which operator it is; empty for one that is alone */
    public Announcer(KubernetesClient client, String instance, Clock clock) {
        this.client = client;
        this.instance = instance.isEmpty() ? "blobcache-operator" : instance;
        this.clock = clock;
    }

    /** What nobody knows yet is no news. */
    public void announce(HasMetadata resource, List<StatusCondition> transitions) {
        for (StatusCondition condition : transitions) {
            if (!condition.status().equals("Unknown")) {
                announce(resource, condition);
            }
        }
    }

    private void announce(HasMetadata resource, StatusCondition condition) {
        try {
            client.events().v1().events().resource(event(resource, condition)).create();
        } catch (KubernetesClientException e) {
            LOG.atWarn()
                    .addKeyValue("namespace", resource.getMetadata().getNamespace())
                    .addKeyValue("name", resource.getMetadata().getName())
                    .addKeyValue("reason", condition.reason())
                    .setCause(e)
                    .log("event was not taken");
        }
    }

    private Event event(HasMetadata resource, StatusCondition condition) {
        String note = "%s is %s: %s".formatted(condition.type(), condition.status(), condition.message());
        return new EventBuilder()
                .withNewMetadata()
                .withNamespace(resource.getMetadata().getNamespace())
                .withGenerateName(resource.getMetadata().getName() + "-")
                .endMetadata()
                .withEventTime(new MicroTime(MICROS.format(clock.instant())))
                .withType(bad(condition) ? "Warning" : "Normal")
                .withReason(condition.reason())
                .withAction("Reconcile")
                .withNote(note.length() > MAX_NOTE ? note.substring(0, MAX_NOTE) : note)
                .withReportingController("blobcache.io/operator")
                .withReportingInstance(instance)
                .withNewRegarding()
                .withApiVersion(resource.getApiVersion())
                .withKind(resource.getKind())
                .withNamespace(resource.getMetadata().getNamespace())
                .withName(resource.getMetadata().getName())
                .withUid(resource.getMetadata().getUid())
                .endRegarding()
                .build();
    }

    private static boolean bad(StatusCondition condition) {
        return condition.status().equals("True")
                ? BAD_WHEN_TRUE.contains(condition.type())
                : BAD_WHEN_FALSE.contains(condition.type());
    }
}

package io.blobcache.operator.agents;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one agent tells of its part of a run: as {@code warmups} of its {@code /status}.
 *
 * @param state    counting, warming, done or failed
 * @param failures reasons by path, the first ones; the path is empty if it is about no file
 */
public record AgentWarmup(
        String id,
        String state,
        long files,
        long warmedFiles,
        long failedFiles,
        long bytes,
        long warmedBytes,
        long fetchedBytes,
        Map<String, String> failures) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Nothing more is to be expected of it. */
    public boolean ended() {
        return state.equals("done") || failed();
    }

    /** It could not begin. */
    public boolean failed() {
        return state.equals("failed");
    }

    /** It knows how much there is to do. */
    public boolean counted() {
        return !state.equals("counting");
    }

    /** Nothing of an answer that is none. */
    static List<AgentWarmup> parse(String status) {
        List<AgentWarmup> warmups = new ArrayList<>();
        try {
            for (JsonNode warmup : JSON.readTree(status).path("warmups")) {
                Map<String, String> failures = new LinkedHashMap<>();
                warmup.path("failures")
                        .forEach(failure -> failures.put(
                                failure.path("path").asText(),
                                failure.path("reason").asText()));
                warmups.add(new AgentWarmup(
                        warmup.path("id").asText(),
                        warmup.path("state").asText(),
                        warmup.path("files").asLong(),
                        warmup.path("warmedFiles").asLong(),
                        warmup.path("failedFiles").asLong(),
                        warmup.path("bytes").asLong(),
                        warmup.path("warmedBytes").asLong(),
                        warmup.path("fetchedBytes").asLong(),
                        failures));
            }
        } catch (JsonProcessingException _) {
            return List.of();
        }
        return warmups;
    }
}

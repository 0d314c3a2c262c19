package io.blobcache.operator.plan;

import io.blobcache.crd.BlobCacheSpec;
import io.blobcache.crd.ServiceAccountSpec;
import io.blobcache.crd.SourceSpec;
import io.blobcache.node.config.ConfigLoader;
import io.blobcache.node.config.InvalidConfigException;
import io.blobcache.node.config.Problem;
import io.blobcache.node.config.RestartSettings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The agents' file, once the agent's own reader has taken it. One that it refuses is not given to any agent: the last good
 * one stays, unless it is an earlier operator's that lets a source out of its volume.
 *
 * @param problems what the agent would say; empty if the file is what the resource says
 */
public record AgentFilePlan(String text, String restartHash, List<String> problems) {
    /** 64 bits: two configurations of one resource never meet by chance, and the annotation stays short. */
    private static final int HASH_BYTES = 8;

    private static final Pattern UPWARDS = Pattern.compile(SourceSpec.UPWARDS);

    public AgentFilePlan {
        problems = List.copyOf(problems);
    }

    /** @param before the file that agents have now; empty if there is none */
    public static AgentFilePlan of(Names names, BlobCacheSpec spec, String before) {
        String wanted = AgentFile.of(names, spec);
        List<String> problems = new ArrayList<>(upwards(spec.sources()));
        problems.addAll(problems(AgentFile.forCheck(names, spec)));
        boolean kept = !problems.isEmpty() && !before.isEmpty() && AgentFile.confined(before);
        String text = kept ? before : wanted;
        return new AgentFilePlan(text, hash(text, identity(spec)), problems);
    }

    /** What a cloud knows the agents' service account by, in one order; a pod has it from its beginning or not at all. */
    public static Map<String, String> identity(BlobCacheSpec spec) {
        ServiceAccountSpec account = spec.serviceAccount();
        return account == null || account.annotations() == null ? Map.of() : new TreeMap<>(account.annotations());
    }

    /** The schema refuses them; one of before may have let them in. An agent that is given one does not start. */
    private static List<String> upwards(List<SourceSpec> sources) {
        return sources.stream()
                .filter(source -> source.claimName() != null)
                .map(SourceSpec::url)
                .filter(url -> UPWARDS.matcher(url).find())
                .map(url -> "sources.url must be a path in the volume, without '.', '..' and empty names, was: " + url)
                .toList();
    }

    private static List<String> problems(String text) {
        try {
            ConfigLoader.parse(Places.CONFIG_KEY, text);
            return List.of();
        } catch (InvalidConfigException e) {
            return e.problems().stream().map(Problem::toString).toList();
        }
    }

    /** Without an identity that of the settings alone, as before there were any: an upgrade replaces no agent. */
    private static String hash(String text, Map<String, String> identity) {
        String settings = RestartSettings.of(Places.CONFIG_KEY, text).toString() + (identity.isEmpty() ? "" : identity);
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(settings.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

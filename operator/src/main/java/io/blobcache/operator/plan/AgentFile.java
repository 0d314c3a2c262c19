package io.blobcache.operator.plan;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.blobcache.crd.BlobCacheSpec;
import io.blobcache.crd.MountSpec;
import io.blobcache.crd.PeersSpec;
import io.blobcache.crd.SourceSpec;
import org.jspecify.annotations.Nullable;

/**
 * The file by which an agent is told everything. Sections of the resource that tune an agent go into it as they are, under the
 * same names; the rest is where things are in its pod. Equal resources give equal text.
 */
final class AgentFile {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS));

    private static final JsonMapper TREE = JsonMapper.builder()
            .defaultPropertyInclusion(JsonInclude.Value.ALL_NON_NULL)
            .build();

    private AgentFile() {}

    static String of(Names names, BlobCacheSpec spec) {
        return text(tree(names, spec));
    }

    /**
     * The same for who checks it elsewhere: what an agent derives from the limit of its own container is worked out from the
     * limit that the resource gives it.
     */
    static String forCheck(Names names, BlobCacheSpec spec) {
        ObjectNode file = tree(names, spec);
        ObjectNode memory = file.withObject("/memory");
        if (memory.path("budgetBytes").asText("auto").equals("auto")) {
            memory.put("budgetBytes", MemoryBudget.ofLimit(spec.resources()));
        }
        return text(file);
    }

    /**
     * Whether each directory is kept within its volume. Those who write to a volume may put a link into it that leads to
     * where the agents of all namespaces keep their blocks.
     */
    static boolean confined(String file) {
        try {
            for (JsonNode source : YAML.readTree(file).path("sources")) {
                if (source.path("url").asText().startsWith("dir:") && !source.has("within")) {
                    return false;
                }
            }
            return true;
        } catch (JsonProcessingException _) {
            // Somebody wrote it who is not the operator.
            return false;
        }
    }

    private static ObjectNode tree(Names names, BlobCacheSpec spec) {
        ObjectNode file = TREE.createObjectNode();
        if (spec.blockSize() != null) {
            file.put("blockSize", spec.blockSize());
        }
        mount(file.putObject("mount"), names, spec.mount());
        ArrayNode sources = file.putArray("sources");
        spec.sources().forEach(source -> source(sources.addObject(), source));
        section(file, "fuse", spec.fuse());
        section(file, "memory", spec.memory());
        section(file, "disk", spec.disk());
        section(file, "prefetch", spec.prefetch());
        section(file, "source", spec.source());
        section(file, "mesh", spec.mesh());
        mesh(file.withObject("/mesh"), spec.peers());
        section(file, "listing", spec.listing());
        file.putObject("admin").put("host", "0.0.0.0").put("port", Places.ADMIN_PORT);
        file.putObject("kubernetes").put("configMap", names.configMap()).put("membersConfigMap", names.membersMap());
        return file;
    }

    private static String text(ObjectNode file) {
        try {
            return YAML.writeValueAsString(file);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can always be written", e);
        }
    }

    private static void section(ObjectNode file, String key, @Nullable Record section) {
        if (section != null) {
            file.set(key, TREE.valueToTree(section));
        }
    }

    private static void mount(ObjectNode mount, Names names, @Nullable MountSpec spec) {
        String place = names.namespace() + "/" + names.name();
        mount.put("path", Places.HOST + "/mnt/" + place);
        mount.put("state", Places.HOST + "/state/" + place);
        mount.put("shared", true);
        mount.put("warmups", Places.CONFIG + "/" + Places.WARMUPS_KEY);
        if (spec != null && spec.drainTime() != null) {
            mount.put("drainTime", spec.drainTime());
        }
    }

    private static void source(ObjectNode source, SourceSpec spec) {
        if (spec.claimName() != null) {
            source.put("url", "dir:" + Places.volume(spec) + spec.url().substring("dir:".length()));
            source.put("within", Places.volume(spec));
        } else {
            source.put("url", spec.url());
        }
        if (spec.endpoint() != null) {
            source.put("endpoint", spec.endpoint());
        }
        if (spec.region() != null) {
            source.put("region", spec.region());
        }
        if (spec.pathStyle() != null) {
            source.put("pathStyle", spec.pathStyle());
        }
        if (spec.path() != null) {
            source.put("path", spec.path());
        }
        String credentials = Places.credentials(spec);
        if (credentials != null) {
            source.put("credentials", credentials);
        }
    }

    private static void mesh(ObjectNode mesh, @Nullable PeersSpec peers) {
        mesh.put("members", Places.MEMBERS + "/" + Places.MEMBERS_KEY);
        mesh.put("listen", "0.0.0.0:" + Places.MESH_PORT);
        mesh.put("bulkPort", Places.BULK_PORT);
        if (peers != null && peers.tlsSecretName() != null) {
            mesh.put("tlsCertificate", Places.TLS + "/tls.crt");
            mesh.put("tlsKey", Places.TLS + "/tls.key");
            mesh.put("tlsAuthorities", Places.TLS + "/ca.crt");
        } else {
            // Who reaches the port is the NetworkPolicy's to say.
            mesh.put("insecure", true);
        }
    }
}

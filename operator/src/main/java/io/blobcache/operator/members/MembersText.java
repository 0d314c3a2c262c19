package io.blobcache.operator.members;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** The list of members as agents read it. Equal members give equal text. */
final class MembersText {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private MembersText() {}

    /** @param members in the order in which they are to stand there */
    static String of(Collection<MemberLine> members, int port) {
        if (members.isEmpty()) {
            return "members: []\n";
        }
        StringBuilder text = new StringBuilder("members:\n");
        for (MemberLine member : members) {
            text.append("  - {id: ").append(quoted(member.id()));
            text.append(", address: ").append(quoted(member.address() + ":" + port));
            if (!member.locality().isEmpty()) {
                text.append(", locality: ").append(quoted(member.locality()));
            }
            text.append(", weight: ").append(member.weight());
            text.append(", state: ").append(member.state().word()).append("}\n");
        }
        return text.toString();
    }

    /** Ids of a list that {@link #of} made; empty for what is none. */
    static Set<String> ids(String text) {
        Set<String> ids = new HashSet<>();
        try {
            for (JsonNode member : YAML.readTree(text).path("members")) {
                ids.add(member.path("id").asText());
            }
        } catch (JsonProcessingException _) {
            // Somebody else wrote there: whoever is in the mesh is found out anew.
            return Set.of();
        }
        return ids;
    }

    /** Names of nodes and values of labels have no character that needs more. */
    private static String quoted(String text) {
        return '"' + text + '"';
    }
}

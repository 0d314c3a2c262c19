package io.blobcache.node.mesh.members;

import io.blobcache.node.config.InvalidConfigException;
import io.blobcache.node.config.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One node agent of the mesh, as the list of members describes it.
 *
 * @param id       names the member for as long as it lives, whatever its address; what it owns follows from it
 * @param host     a name or an address, IPv6 without brackets; brought into one form
 * @param port     where it serves its peers, 1 to 65535
 * @param locality what lies near to each other, such as a zone; empty if nothing is known of it
 * @param weight   its share of the blobs is its weight over the sum of all: 1 to {@value #MAX_WEIGHT}, in any unit that the
 *                 list uses throughout, such as units of 10 GiB of disk
 */
public record Member(String id, String host, int port, String locality, int weight, State state) {
    public static final int MAX_WEIGHT = 10_000;

    /** In the middle, by the logarithm: lists may name members a hundred times as large or as small. */
    public static final int DEFAULT_WEIGHT = 100;

    /** The length of a DNS name without its last dot (RFC 1035), and of a node's name in Kubernetes. */
    private static final int MAX_CHARACTERS = 253;

    private static final Pattern WORD = Pattern.compile("[\\x21-\\x7e]{0," + MAX_CHARACTERS + "}");

    /** What a member is asked for. */
    public enum State {
        /** May own blobs. */
        READY,
        /** Is about to leave: it is asked for what it has and owns nothing new. */
        DRAINING
    }

    /** @throws InvalidConfigException with every rule that does not hold */
    public Member {
        List<Problem> problems = new ArrayList<>();
        if (id.isEmpty() || !WORD.matcher(id).matches()) {
            problems.add(problem("id", "must have 1 to 253 printable ASCII characters and no space", id));
        }
        if (!WORD.matcher(locality).matches()) {
            problems.add(
                    problem("locality", "must have at most 253 printable ASCII characters and no space", locality));
        }
        if (weight < 1 || weight > MAX_WEIGHT) {
            problems.add(problem("weight", "must be in [1, " + MAX_WEIGHT + "]", Integer.toString(weight)));
        }
        try {
            host = new Address(host, port).host();
        } catch (IllegalArgumentException e) {
            problems.add(problem("address", String.valueOf(e.getMessage()), host + ":" + port));
        }
        if (!problems.isEmpty()) {
            throw new InvalidConfigException(problems);
        }
    }

    /** Host and port as one writes them: {@code 10.0.0.1:7777}, {@code [::1]:7777}. Equal for equal places. */
    public String address() {
        return new Address(host, port).toString();
    }

    private static Problem problem(String key, String rule, String value) {
        return new Problem(key, 0, rule, value);
    }
}

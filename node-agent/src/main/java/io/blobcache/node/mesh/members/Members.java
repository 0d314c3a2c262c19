package io.blobcache.node.mesh.members;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Who is in the mesh at one time. Immutable; equal if the members are, in whatever order they were given. */
public final class Members {
    /** What the simulation of large meshes goes up to; a lookup of 10,000 is measured, see docs/performance.md. */
    public static final int MAX_MEMBERS = 10_000;

    public static final Members NONE = Members.of(List.of());

    private final List<Member> all;
    private final Map<String, Member> byId;

    private Members(List<Member> all, Map<String, Member> byId) {
        this.all = all;
        this.byId = byId;
    }

    /**
     * @throws IllegalArgumentException if two have the same id or the same address, or there are more than
     *                                  {@value #MAX_MEMBERS}
     */
    public static Members of(Collection<Member> members) {
        if (members.size() > MAX_MEMBERS) {
            throw new IllegalArgumentException("members must be at most " + MAX_MEMBERS + ", was: " + members.size());
        }
        List<Member> sorted =
                members.stream().sorted(Comparator.comparing(Member::id)).toList();
        Map<String, Member> byId = new LinkedHashMap<>();
        Set<String> addresses = new HashSet<>();
        for (Member member : sorted) {
            if (byId.put(member.id(), member) != null) {
                throw new IllegalArgumentException("members.id must be unique, was twice: " + member.id());
            }
            if (!addresses.add(member.address())) {
                throw new IllegalArgumentException("members.address must be unique, was twice: " + member.address());
            }
        }
        return new Members(sorted, byId);
    }

    /** Sorted by id. */
    public List<Member> all() {
        return all;
    }

    public Optional<Member> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Members members && all.equals(members.all);
    }

    @Override
    public int hashCode() {
        return all.hashCode();
    }

    @Override
    public String toString() {
        return all.toString();
    }
}

package io.blobcache.node.mesh.members;

import java.util.ArrayList;
import java.util.List;

/**
 * What became of a list of members, each in the order of ids.
 *
 * @param joined  have an id that was not there before
 * @param left    as they were
 * @param changed as they are now: the same id with another address, locality, weight or state
 */
public record MembersChange(List<Member> joined, List<Member> left, List<Member> changed) {

    public MembersChange {
        joined = List.copyOf(joined);
        left = List.copyOf(left);
        changed = List.copyOf(changed);
    }

    public static MembersChange between(Members before, Members after) {
        List<Member> joined = new ArrayList<>();
        List<Member> changed = new ArrayList<>();
        for (Member member : after.all()) {
            before.find(member.id())
                    .ifPresentOrElse(
                            former -> {
                                if (!former.equals(member)) {
                                    changed.add(member);
                                }
                            },
                            () -> joined.add(member));
        }
        List<Member> left = before.all().stream()
                .filter(member -> after.find(member.id()).isEmpty())
                .toList();
        return new MembersChange(joined, left, changed);
    }
}

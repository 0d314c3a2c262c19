package io.blobcache.node.mesh.members;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.blobcache.node.config.InvalidConfigException;
import io.blobcache.node.config.Problem;
import io.blobcache.node.mesh.members.Member.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MembersFileTest {
    @TempDir
    private Path directory;

    @Test
    void everyFieldIsReadAndWhatIsLeftOutHasItsDefault() throws IOException {
        Members members = read("""
                members:
                  - id: node-2
                    address: "[FD00:0:0::1]:7778"
                    locality: zone-b
                    weight: 10000
                    state: draining
                  - {id: node-1, address: "10.0.0.1:7777"}
                """);

        assertThat(members.all())
                .containsExactly(
                        new Member("node-1", "10.0.0.1", 7777, "", 100, State.READY),
                        new Member("node-2", "fd00::1", 7778, "zone-b", 10_000, State.DRAINING));
        assertThat(members.find("node-2").orElseThrow().address()).isEqualTo("[fd00:0:0:0:0:0:0:1]:7778");
        assertThat(members.find("node-3")).isEmpty();
    }

    @Test
    void aMeshWithoutMembersSaysSo() throws IOException {
        assertThat(read("members: []")).isEqualTo(Members.NONE);
    }

    @Test
    void aFileThatSaysNothingIsRefused() throws IOException {
        assertThat(problems("")).containsExactly("members is missing: 'members: []' says that there are none");
        assertThat(problems("members:")).containsExactly("line 1: members must be a list of members");
        assertThat(problems("members: node-1"))
                .containsExactly("line 1: members must be a list of members, was: node-1");
    }

    @Test
    void everythingThatIsWrongIsReportedAtOnce() throws IOException {
        assertThat(problems("""
                member: []
                members:
                  - id: node-1
                    address: 10.0.0.1:7777
                    wieght: 3
                  - id: node 2
                    address: 10.0.0.1
                    weight: 0
                    state: READY
                  - address: 10.0.0.3:7777
                    locality: [a]
                    weight: heavy
                  - node-4
                  - id: node-1
                    id: node-5
                    address: 10.0.0.3:7777
                    state:
                """))
                .containsExactly(
                        "line 1: member is unknown: did you mean members?",
                        "line 5: members[0].wieght is unknown: did you mean weight?",
                        "line 6: members[1].id must have 1 to 253 printable ASCII characters and no space, was: node 2",
                        "line 7: members[1].address must look like 10.0.0.1:7777, [::1]:7777 or name:7777,"
                                + " was: 10.0.0.1",
                        "line 8: members[1].weight must be in [1, 10000], was: 0",
                        "line 9: members[1].state must be ready or draining, was: READY",
                        "line 10: members[2].id is missing: every member has one",
                        "line 11: members[2].locality must be a single value, was: a list",
                        "line 12: members[2].weight must be a whole number in [1, 10000], was: heavy",
                        "line 13: members[3] must be a map with id and address, was: node-4",
                        "line 14: members[4].id is already that of the member in line 3: change one, was: node-1",
                        "line 15: members[4].id is already set in line 14: remove one",
                        "line 16: members[4].address is already that of the member in line 10: change one,"
                                + " was: 10.0.0.3:7777",
                        "line 17: members[4].state has no value: give one or remove the key");
    }

    @ParameterizedTest
    @CsvSource({
        "node:7777,NODE:7777",
        "'[::1]:7777','[0:0:0:0:0:0:0:1]:7777'",
        "10.0.0.1:7777,'[::ffff:10.0.0.1]:7777'",
    })
    void oneAddressInTwoFormsIsOneAddress(String one, String other) throws IOException {
        List<String> problems =
                problems("members:\n- {id: a, address: \"%s\"}\n- {id: b, address: \"%s\"}\n".formatted(one, other));

        assertThat(problems).hasSize(1);
        assertThat(problems.getFirst())
                .startsWith("line 3: members[1].address is already that of the member in line 2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.1",
                ":7777",
                "name:",
                "name:0",
                "name:65536",
                "name:-1",
                "::1:7777",
                "[::1]",
                "[10.0.0.1]:7777",
                "[fe80::1%eth0]:7777",
                "10.0.0.256:7777",
                "10.0.1:7777",
                "1:7777",
                "a b:7777",
                "-name:7777",
                "name:7777/path",
                "name:99999999999",
                "[::1::]:7777",
                "user@name:7777",
            })
    void whatIsNoAddressIsRefused(String address) throws IOException {
        List<String> problems = problems("members:\n- {id: a, address: \"%s\"}\n".formatted(address));

        assertThat(problems).hasSize(1);
        assertThat(problems.getFirst())
                .startsWith("line 2: members[0].address must ")
                .endsWith(", was: " + address);
    }

    @Test
    void tenThousandMembersAreReadAndOneMoreIsRefused() throws IOException {
        assertThat(read(manyMembers(10_000)).all()).hasSize(10_000);
        assertThat(problems(manyMembers(10_001)))
                .containsExactly("line 2: members must be at most 10000, was: 10001 members");
    }

    @Test
    void aHundredProblemsAreShownAndTheRestIsCounted() throws IOException {
        List<String> problems = problems("members:\n" + "- {id: a}\n".repeat(200));

        // Each lacks an address, and all but the first repeat an id.
        assertThat(problems).hasSize(101);
        assertThat(problems.getLast()).contains("has 299 more problems: correct these first");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "members: &x []|more: *x|uses an alias (*x): write the value out",
                "members: []|--- {}|must hold one document",
                "members: [[[[[]]]]]||nests deeper than 4 levels",
                "members: [{|id: a|is not valid YAML",
                "- a|- b|must be a mapping of keys to values, such as 'members: []'",
            })
    void whatIsNoListIsRefusedAsAWhole(String first, String second, String problem) throws IOException {
        List<String> problems = problems(first + "\n" + (second == null ? "" : second + "\n"));

        assertThat(problems).hasSize(1);
        assertThat(problems.getFirst()).contains(problem).contains("members.yaml");
    }

    @Test
    void aFileThatIsTooLargeIsNotParsed() throws IOException {
        assertThat(problems("# " + "x".repeat(2 << 20)).getFirst())
                .contains("is larger than 2MiB: this is not a list of members");
    }

    @Test
    void aFileOfCountlessValuesIsNotHeldInMemory() throws IOException {
        assertThat(problems("members: [" + "a,".repeat(1_000_000) + "]").getFirst())
                .contains("holds more than 70000 values: this is not a list of members");
    }

    private static String manyMembers(int count) {
        return IntStream.range(0, count)
                .mapToObj(
                        "- {id: node-%1$d, address: \"node-%1$d:7777\", locality: z, weight: 7, state: ready}\n"
                                ::formatted)
                .collect(Collectors.joining("", "members:\n", ""));
    }

    private Members read(String yaml) throws IOException {
        return MembersFile.read(Files.writeString(directory.resolve("members.yaml"), yaml));
    }

    private List<String> problems(String yaml) throws IOException {
        Path file = Files.writeString(directory.resolve("members.yaml"), yaml);
        return catchThrowableOfType(InvalidConfigException.class, () -> MembersFile.read(file)).problems().stream()
                .map(Problem::text)
                .toList();
    }
}

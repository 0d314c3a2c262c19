package io.blobcache.e2e.rig;

import java.util.List;

/** Two machines as far as the network goes: namespaces with one cable between them, whose troubles a test makes. */
public final class Network {
    private static final String TABLE = "trouble";
    private static final String DEVICE = "cable";

    private final String left = "blobcache-e2e-left-" + ProcessHandle.current().pid();
    private final String right =
            "blobcache-e2e-right-" + ProcessHandle.current().pid();

    public Network(Scratch scratch) {
        for (String tool : List.of("ip", "tc", "nft")) {
            if (Shell.script("command -v " + tool).exitCode() != 0) {
                throw new AssertionError(tool + " is missing: apt-get install iproute2 nftables");
            }
        }
        scratch.undo("take away the network", () -> {
            Shell.run("ip", "netns", "del", left).expectSuccess();
            Shell.run("ip", "netns", "del", right).expectSuccess();
        });
        run("ip", "netns", "add", left);
        run("ip", "netns", "add", right);
        run("ip", "link", "add", DEVICE, "netns", left, "type", "veth", "peer", "name", DEVICE, "netns", right);
        plug(left, address(left));
        plug(right, address(right));
    }

    private static void plug(String namespace, String address) {
        run("ip", "-n", namespace, "address", "add", address + "/30", "dev", DEVICE);
        run("ip", "-n", namespace, "link", "set", DEVICE, "up");
        run("ip", "-n", namespace, "link", "set", "lo", "up");
    }

    public String left() {
        return left;
    }

    public String right() {
        return right;
    }

    /** Within this network alone: the namespaces have no way out. */
    public String address(String namespace) {
        return namespace.equals(left) ? "10.213.77.1" : "10.213.77.2";
    }

    /**
     * From now on this happens to each packet that the right one receives from the cable or sends to it.
     *
     * @param rule of nft(8): what is matched and what becomes of it
     */
    public void trouble(String rule) {
        heal();
        String rules = """
                table inet %s {
                    chain in { type filter hook input priority 0; iifname %s %s; }
                    chain out { type filter hook output priority 0; oifname %s %s; }
                }
                """.formatted(TABLE, DEVICE, rule, DEVICE, rule);
        Shell.script("printf '%s' \"$2\" | ip netns exec \"$1\" nft -f -", right, rules)
                .expectSuccess();
    }

    /** Both ways no faster than this, as tc(8) writes it. */
    public void slow(String rate) {
        for (String namespace : List.of(left, right)) {
            run(
                    "tc", "-n", namespace, "qdisc", "replace", "dev", DEVICE, "root", "tbf", "rate", rate, "burst",
                    "32kb", "latency", "400ms");
        }
    }

    /** No rule is left; a slow cable stays slow. */
    public void heal() {
        Shell.run("ip", "netns", "exec", right, "nft", "flush", "ruleset").expectSuccess();
    }

    private static void run(String... command) {
        Shell.run(command).expectSuccess();
    }
}

package io.blobcache.operator.members;

/**
 * One agent as the list of members has it.
 *
 * @param id      name of its node: what it owns follows from it, whatever its address
 * @param address of its pod, as one writes it in a URL, without the port
 */
record MemberLine(String id, String address, String locality, int weight, State state) {
    enum State {
        READY("ready"),
        DRAINING("draining");

        private final String word;

        State(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }
}

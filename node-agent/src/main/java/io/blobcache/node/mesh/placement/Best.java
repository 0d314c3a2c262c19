package io.blobcache.node.mesh.placement;

/** The three lowest scores seen so far, and whose they are. Of equal scores the one seen first is the better. */
final class Best {
    static final int COUNT = 3;

    private double first = Double.POSITIVE_INFINITY;
    private double second = Double.POSITIVE_INFINITY;
    private double third = Double.POSITIVE_INFINITY;
    private int firstIndex;
    private int secondIndex;
    private int thirdIndex;
    private int count;

    /** A score has to be below this to count. */
    double bar() {
        return third;
    }

    int count() {
        return count;
    }

    /** @param place 0 for the best, below {@link #count()} */
    int index(int place) {
        return switch (place) {
            case 0 -> firstIndex;
            case 1 -> secondIndex;
            default -> thirdIndex;
        };
    }

    /** @param score finite */
    void offer(double score, int index) {
        if (!(score < third)) {
            return;
        }
        count = Math.min(COUNT, count + 1);
        if (score < second) {
            third = second;
            thirdIndex = secondIndex;
            if (score < first) {
                second = first;
                secondIndex = firstIndex;
                first = score;
                firstIndex = index;
            } else {
                second = score;
                secondIndex = index;
            }
        } else {
            third = score;
            thirdIndex = index;
        }
    }
}

package io.blobcache.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FigureTest {
    @Test
    void threeDigitsAndAUnitOfKubernetes() {
        assertThat(Figure.text(0)).isEqualTo("0");
        assertThat(Figure.text(999)).isEqualTo("999");
        assertThat(Figure.text(1000)).isEqualTo("0.98Ki");
        assertThat(Figure.text(10L << 20)).isEqualTo("10.0Mi");
        assertThat(Figure.text(150L << 30)).isEqualTo("150Gi");
        assertThat(Figure.text(Long.MAX_VALUE)).isEqualTo("8192Pi");
    }

    @Test
    void lessThanAPercentOfTheCapacityKeepsTheOldText() {
        assertThat(Figure.of(1005, 1000, "1000")).isEqualTo("1000");
        assertThat(Figure.of(1011, 1000, "1000")).isEqualTo("0.99Ki");
        assertThat(Figure.of(0, 1000, "5")).isEqualTo("0");
    }
}

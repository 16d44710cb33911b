package io.eventdedup.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReportsTest {

    private final Results results = new Results();

    @BeforeEach
    void threeRounds() {
        for (int round = 1; round <= 3; round++) {
            results.add(new Measurement(
                    Variant.OURS,
                    32,
                    Workload.TEN_PERCENT_COPIES,
                    round,
                    100,
                    100,
                    50,
                    round,
                    50_000_000,
                    75_000_000,
                    90_000_000,
                    new Counts(Map.of("SendMessageBatch", 10L, "BatchExecuteStatement", 20L, "#writeUnits", 200L))));
        }
        results.addLatencies(Variant.OURS, List.of(1.0, 2.0, 3.0));
    }

    @Test
    void theTableHasTheMedianOfTheRounds() {
        assertThat(Table.lines(results))
                .contains("| d ours | 32 | 25 | 133 % | 1,000 | 1,500 | 0.30 | 2.00 | 0.00 | 100 of 100 | 90 |"
                        + " BatchExecuteStatement 0.200, SendMessageBatch 0.100 |")
                .contains("| d ours | 2.0 | 3.0 |");
    }

    @Test
    void theCsvHasEveryRound() {
        assertThat(Csv.lines(results))
                .hasSize(4)
                .contains("d,32,10 % copies,2,100,100,50,2.0000,0.0500,0.0750,90000000,200,20,10")
                .first()
                .asString()
                .endsWith(",peak_heap_bytes,writeUnits,BatchExecuteStatement,SendMessageBatch");
    }

    @Test
    void sqsCostsByTheRequestAndDynamoDbByTheUnit() {
        assertThat(CostPage.lines(results, new Prices(0.40, 0.5, 0.1)))
                .contains("| d ours | 10 % copies | 0.10 | 2.00 | 0.00 | 0.04 | 1.00 | 1.04 |");
    }

    @Test
    void theChartIsXmlAndHasTheFigures() throws Exception {
        String svg = String.join("\n", Chart.svg(results, new Prices(0.40, 0.5, 0.1)));

        assertThat(svg).contains("d ours", ">1.04<", ">2.00<", ">25<");

        DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }
}

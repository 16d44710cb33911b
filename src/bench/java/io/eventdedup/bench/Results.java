package io.eventdedup.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** All measurements of a run. */
final class Results {

    /** What the rounds of one measurement have in common. */
    record Cell(Variant variant, int workers, String workload) {}

    private final List<Measurement> measurements = new ArrayList<>();
    private final Map<Variant, List<Double>> latencies = new TreeMap<>();

    void add(Measurement measurement) {
        measurements.add(measurement);
    }

    void addLatencies(Variant variant, List<Double> milliseconds) {
        latencies.computeIfAbsent(variant, any -> new ArrayList<>()).addAll(milliseconds);
    }

    List<Measurement> measurements() {
        return List.copyOf(measurements);
    }

    /** Milliseconds at low load, those of all rounds together. */
    Map<Variant, List<Double>> latencies() {
        return latencies;
    }

    List<String> workloads() {
        return measurements.stream().map(Measurement::workload).distinct().toList();
    }

    /** The rounds of each cell, workload by workload. */
    Map<Cell, List<Measurement>> cells() {
        Map<Cell, List<Measurement>> cells = new LinkedHashMap<>();
        for (String workload : workloads()) {
            measurements.stream()
                    .filter(one -> one.workload().equals(workload))
                    .sorted((one, other) -> one.variant().compareTo(other.variant()) != 0
                            ? one.variant().compareTo(other.variant())
                            : Integer.compare(one.workers(), other.workers()))
                    .forEach(one -> cells.computeIfAbsent(
                                    new Cell(one.variant(), one.workers(), workload), any -> new ArrayList<>())
                            .add(one));
        }
        return cells;
    }

    static Statistics statistics(List<Measurement> rounds, ToDoubleFunction<Measurement> figure) {
        return Statistics.of(rounds.stream().map(figure::applyAsDouble).toList());
    }

    /** Requests of each operation per event; the mean of the rounds. */
    static Map<String, Double> requestsPerEvent(List<Measurement> rounds) {
        double events = rounds.stream().mapToInt(Measurement::events).sum();
        Map<String, Double> perEvent = new TreeMap<>();
        rounds.forEach(round -> round.counts()
                .requestsByOperation()
                .forEach((operation, count) -> perEvent.merge(operation, count / events, Double::sum)));
        return perEvent;
    }

    static String operations(List<Measurement> rounds) {
        return requestsPerEvent(rounds).entrySet().stream()
                .map(entry -> "%s %.3f".formatted(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(", "));
    }
}

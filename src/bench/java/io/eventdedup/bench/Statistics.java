package io.eventdedup.bench;

import java.util.List;

/** Of the rounds of one measurement: the one in the middle, and how far apart they are. */
record Statistics(double least, double median, double most) {

    /** @throws IllegalArgumentException if there are no values */
    static Statistics of(List<Double> values) {
        return new Statistics(percentile(values, 0), percentile(values, 50), percentile(values, 100));
    }

    /**
     * Between two values, as far from each as the percentile is.
     *
     * @throws IllegalArgumentException if there are no values
     */
    static double percentile(List<Double> values, double percent) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no values");
        }
        List<Double> sorted = values.stream().sorted().toList();
        double position = (sorted.size() - 1) * percent / 100;
        int below = (int) Math.floor(position);
        int above = (int) Math.ceil(position);
        return sorted.get(below) + (position - below) * (sorted.get(above) - sorted.get(below));
    }

    /** The distance between the rounds that are furthest apart, in percent of the median. */
    double spreadPercent() {
        return median == 0 ? 0 : 100 * (most - least) / median;
    }
}

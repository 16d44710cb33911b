package io.eventdedup.backtest;

import java.util.Locale;

/** A column chart of the time between originals and duplicates, with a line at the end of the window. */
final class GapChart {

    private static final long SECOND = 1000;
    private static final long HOUR = 3_600 * SECOND;
    private static final long DAY = 24 * HOUR;

    /** The upper bounds of the columns in milliseconds, each about two to four times the previous one. */
    private static final long[] ENDS = {
        SECOND,
        3 * SECOND,
        10 * SECOND,
        30 * SECOND,
        60 * SECOND,
        180 * SECOND,
        300 * SECOND,
        900 * SECOND,
        HOUR,
        3 * HOUR,
        6 * HOUR,
        12 * HOUR,
        DAY,
        2 * DAY,
        4 * DAY,
        7 * DAY,
        14 * DAY,
        30 * DAY,
        60 * DAY
    };

    private GapChart() {}

    static String of(RuleStats rule) {
        long highest = 1;
        for (int i = 0; i < ENDS.length; i++) {
            highest = Math.max(highest, within(rule.gaps, i) + within(rule.lateGaps, i));
        }
        StringBuilder html = new StringBuilder("<figure><figcaption>Duplicates by time since the original; the line is"
                + " the window</figcaption><div class=chart><div class=columns>");
        for (int i = 0; i < ENDS.length; i++) {
            long copies = within(rule.gaps, i);
            long late = within(rule.lateGaps, i);
            html.append("<span title=\"up to ")
                    .append(Times.text(ENDS[i]))
                    .append(": ")
                    .append(TextReport.number(copies))
                    .append(" dropped, ")
                    .append(TextReport.number(late))
                    .append(" after the window\">");
            column(html, "late", late, highest);
            column(html, "copy", copies, highest);
            html.append("</span>");
        }
        html.append("</div><i class=window style=\"left:")
                .append(String.format(Locale.ROOT, "%.2f", position(rule.window.toMillis())))
                .append("%\"></i></div><div class=axis>");
        for (int i = 0; i < ENDS.length; i++) {
            html.append("<span>")
                    .append(i % 4 == 1 ? Times.text(ENDS[i - 1]) : "")
                    .append("</span>");
        }
        return html.append("</div></figure>").toString();
    }

    private static void column(StringBuilder html, String kind, long count, long highest) {
        if (count > 0) {
            // a minimum height, so that a few among many stay visible
            html.append("<b class=")
                    .append(kind)
                    .append(" style=\"height:")
                    .append(String.format(Locale.ROOT, "%.1f", Math.max(3, 100.0 * count / highest)))
                    .append("%\"></b>");
        }
    }

    private static long within(Gaps gaps, int column) {
        return gaps.between(column == 0 ? -1 : ENDS[column - 1], ENDS[column]);
    }

    /** The position of a time on the axis, in percent. */
    private static double position(long millis) {
        long start = 0;
        for (int i = 0; i < ENDS.length; i++) {
            if (millis <= ENDS[i]) {
                return 100.0 * (i + (double) (millis - start) / (ENDS[i] - start)) / ENDS.length;
            }
            start = ENDS[i];
        }
        return 100;
    }
}

package io.penstock.bench.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Lines over an axis, as SVG that needs no script and no font of its own. */
public final class Chart {

    private static final int WIDTH = 720;
    private static final int HEIGHT = 320;
    private static final int LEFT = 76;
    private static final int RIGHT = 20;
    private static final int TOP = 34;
    private static final int BOTTOM = 50;
    private static final int ROW = 18;
    private static final int TICKS = 5;
    private static final String[] COLOURS = {"#1f6fb4", "#d1495b", "#2e8b57", "#b8860b", "#6a4c93", "#444444"};

    private record Line(String name, double[] x, double[] y) {
    }

    private final String title;
    private final String xName;
    private final String yName;
    private final List<Line> lines = new ArrayList<>();

    public Chart(String title, String xName, String yName) {
        this.title = title;
        this.xName = xName;
        this.yName = yName;
    }

    /** Adds a line through these points; both arrays have the same length. */
    public Chart line(String name, double[] x, double[] y) {
        lines.add(new Line(name, x, y));
        return this;
    }

    public String svg() {
        double xStep = step(most(true));
        double yStep = step(most(false));
        double xEnd = xStep * Math.ceil(most(true) / xStep);
        double yEnd = yStep * Math.ceil(most(false) / yStep);
        var svg = new StringBuilder();
        int legend = ROW * ((lines.size() + 1) / 2);
        add(svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">", WIDTH, HEIGHT + legend);
        add(svg, "<rect width=\"%d\" height=\"%d\" fill=\"white\"/>", WIDTH, HEIGHT + legend);
        add(svg, "<text x=\"%d\" y=\"20\" font-size=\"14\">%s</text>", LEFT, title);
        for (double tick = 0; tick <= yEnd * 1.0001; tick += yStep) {
            double y = y(tick, yEnd);
            add(svg, "<path d=\"M%d %.1fH%d\" stroke=\"#ddd\"/>", LEFT, y, WIDTH - RIGHT);
            add(svg, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>", LEFT - 6, y + 4, number(tick));
        }
        for (double tick = 0; tick <= xEnd * 1.0001; tick += xStep) {
            add(svg, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>", x(tick, xEnd), HEIGHT - BOTTOM + 16, number(tick));
        }
        add(svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>", WIDTH - RIGHT, HEIGHT - BOTTOM + 32, xName);
        add(svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>", WIDTH - RIGHT, 20, yName);
        for (int i = 0; i < lines.size(); i++) {
            var line = lines.get(i);
            var colour = COLOURS[i % COLOURS.length];
            var path = new StringBuilder();
            for (int point = 0; point < line.x().length; point++) {
                path.append(String.format(Locale.ROOT, "%s%.1f %.1f", point == 0 ? "M" : "L", x(line.x()[point], xEnd), y(line.y()[point], yEnd)));
            }
            add(svg, "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>", path, colour);
            // Two in a row
            int left = LEFT + i % 2 * (WIDTH - LEFT) / 2;
            int top = HEIGHT + i / 2 * ROW;
            add(svg, "<path d=\"M%d %dh16\" stroke=\"%s\" stroke-width=\"3\"/>", left, top, colour);
            add(svg, "<text x=\"%d\" y=\"%d\">%s</text>", left + 22, top + 4, line.name());
        }
        return svg.append("</svg>\n").toString();
    }

    private double most(boolean ofX) {
        double most = 1e-9;
        for (var line : lines) {
            for (double value : ofX ? line.x() : line.y()) {
                most = Math.max(most, value);
            }
        }
        return most;
    }

    private static double x(double value, double end) {
        return LEFT + value / end * (WIDTH - LEFT - RIGHT);
    }

    private static double y(double value, double end) {
        return HEIGHT - BOTTOM - value / end * (HEIGHT - TOP - BOTTOM);
    }

    /** 1, 2 or 5 times a power of ten. */
    private static double step(double most) {
        double raw = most / TICKS;
        double power = Math.pow(10, Math.floor(Math.log10(raw)));
        double lead = raw / power;
        return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
    }

    private static String number(double value) {
        double size = Math.abs(value);
        return size >= 1e9 ? text(value / 1e9) + " G" : size >= 1e6 ? text(value / 1e6) + " M" : size >= 1e4 ? text(value / 1e3) + " k" : text(value);
    }

    private static String text(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.format(Locale.ROOT, "%.1f", value);
    }

    private static void add(StringBuilder svg, String format, Object... arguments) {
        svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}

package io.penstock.convert;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Makes rules of declarations, once, when the route loads. A bad declaration is an {@link IllegalArgumentException}. */
final class RuleCompiler {

    private static final Map<String, ValueConversion> TYPES = types();
    private static final List<String> UNITS = List.of("seconds", "millis", "micros");

    private final List<FieldRule> rules = new ArrayList<>();
    private final Targets targets = new Targets();
    /** By place, rule and pattern. */
    private final Map<List<String>, Match> matches = new HashMap<>();

    private static Map<String, ValueConversion> types() {
        var types = new LinkedHashMap<String, ValueConversion>();
        types.put("string", new ValueConversion.ToText());
        types.put("integer", new ValueConversion.ToInteger());
        types.put("long", new ValueConversion.ToLong());
        types.put("double", new ValueConversion.ToDouble());
        types.put("boolean", new ValueConversion.ToBoolean());
        return Collections.unmodifiableMap(types);
    }

    /** @param names one target field, or several with commas between them that share the options */
    void add(String names, @Nullable Object declared) {
        var options = new FieldOptions(names, declared);
        check(options);
        var declaredTargets = targetPaths(names);
        if (options.has("group") && declaredTargets.size() > 1) {
            throw options.refused("group", "is one group, but several fields are declared; without it each takes its own");
        }
        for (int i = 0; i < declaredTargets.size(); i++) {
            var target = declaredTargets.get(i);
            targets.add(target);
            var origin = origin(options, declaredTargets, i);
            rules.add(new FieldRule(target, origin, conversions(options), fallback(options), options.flag("optional")));
        }
    }

    FieldRules compiled() {
        return FieldRules.of(rules, targets, matches.size());
    }

    private static void check(FieldOptions options) {
        options.constantStandsAlone();
        options.excludes("epoch", List.of("type", "date"), "a time is shown as text");
        options.excludes("date", List.of("type"), "a time is shown as text");
        options.excludes("header", List.of("from"), "the value comes from one of them");
        options.excludes("grok", List.of("match"), "a grok pattern may hold what match has");
        options.excludes("default", List.of("optional"), "with a default the field is never absent");
        options.excludes("lowercase", List.of("uppercase"), "text is one or the other");
        options.needs("format", "epoch", "date");
        options.needs("zone", "epoch", "date");
        options.needs("group", "match", "grok");
    }

    private static List<Path> targetPaths(String names) {
        try {
            return Path.parseList(names);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("field " + names + ": " + e.getMessage());
        }
    }

    private FieldRule.Origin origin(FieldOptions options, List<Path> declaredTargets, int position) {
        var constant = options.get("constant");
        if (constant != null) {
            return new FieldRule.Origin.Constant(unmodifiable(constant));
        }
        var target = declaredTargets.get(position);
        var rule = options.has("grok") ? "grok" : "match";
        if (!options.has(rule)) {
            return new FieldRule.Origin.Whole(place(options, target));
        }
        if (declaredTargets.size() > 1 && !options.has("from") && !options.has("header")) {
            throw options.refused(rule, "for several fields needs from, the one source field they are all taken from");
        }
        var match = match(options, rule, place(options, target));
        if (rule.equals("grok")) {
            var name = grokGroup(options, match.named().keySet(), target);
            return new FieldRule.Origin.Group(match, match.named().get(name), name);
        }
        int group = group(options, match.pattern(), declaredTargets, position);
        return new FieldRule.Origin.Group(match, List.of(group), Integer.toString(group));
    }

    private static Place place(FieldOptions options, Path target) {
        return options.has("header") ? new Place.Header(options.text("header", "")) : new Place.Field(from(options, target));
    }

    /** The name of a field's part of a grok pattern. */
    private static String grokGroup(FieldOptions options, Set<String> named, Path target) {
        var chosen = options.has("group") ? options.text("group", "") : target.lastName();
        if (named.contains(chosen)) {
            return chosen;
        }
        if (options.has("group")) {
            throw options.refused("group", chosen + " is not in the pattern" + Spelling.appended(chosen, named));
        }
        throw options.refused("grok", "has no part named " + chosen + Spelling.appended(chosen, named)
                + "; write %{PATTERN:" + chosen + "}, or declare the field by itself and say which part with group");
    }

    private static Path from(FieldOptions options, Path target) {
        try {
            return options.has("from") ? Path.parse(options.text("from", "")) : target;
        } catch (IllegalArgumentException e) {
            throw options.refused("from", "is no path: " + e.getMessage());
        }
    }

    private Match match(FieldOptions options, String rule, Place from) {
        var pattern = options.text(rule, "");
        try {
            return matches.computeIfAbsent(List.of(from.described(), rule, pattern), _ -> compiled(matches.size(), rule, from, pattern));
        } catch (PatternSyntaxException e) {
            throw options.refused("match", "is no regular expression: " + e.getDescription()
                    + (e.getIndex() < 0 ? "" : " at character " + (e.getIndex() + 1)) + " of " + pattern);
        } catch (IllegalArgumentException e) {
            throw options.refused(rule, String.valueOf(e.getMessage()));
        }
    }

    private static Match compiled(int slot, String rule, Place from, String pattern) {
        if (rule.equals("grok")) {
            var grok = Grok.compile(pattern);
            return Match.of(slot, rule, from, grok.pattern(), grok.groups());
        }
        return Match.of(slot, rule, from, Pattern.compile(pattern), Map.of());
    }

    private static int group(FieldOptions options, Pattern pattern, List<Path> declaredTargets, int position) {
        int groups = pattern.matcher("").groupCount();
        var named = pattern.namedGroups();
        var chosen = options.get("group");
        if (chosen instanceof Integer number) {
            if (number < 0 || number > groups) {
                throw options.refused("group", number + " is not in the pattern; it has " + counted(groups)
                        + ", and 0 is the whole match");
            }
            return number;
        } else if (chosen != null) {
            var name = options.text("group", "");
            var number = named.get(name);
            if (number == null) {
                throw options.refused("group", name + " is not in the pattern" + (named.isEmpty()
                        ? "; there are none that have a name: write (?<" + name + ">...) or a number"
                        : Spelling.appended(name, new TreeSet<>(named.keySet()))));
            }
            return number;
        }
        if (declaredTargets.stream().allMatch(target -> named.containsKey(target.lastName()))) {
            return named.get(declaredTargets.get(position).lastName());
        }
        if (named.isEmpty() && groups == declaredTargets.size()) {
            return position + 1;
        }
        if (declaredTargets.size() == 1 && groups <= 1) {
            return groups;
        }
        throw options.refused("match", "has " + counted(groups) + " for " + declaredTargets.size() + " field"
                + (declaredTargets.size() == 1 ? "" : "s") + "; give it one group for each field, in their order, or name"
                + " the groups like the fields: (?<" + declaredTargets.get(position).lastName() + ">...)"
                + (declaredTargets.size() == 1 ? ", or say which with group" : ""));
    }

    private static String counted(int groups) {
        return groups == 1 ? "1 group" : groups + " groups";
    }

    private static List<ValueConversion> conversions(FieldOptions options) {
        var conversions = new ArrayList<ValueConversion>();
        if (options.flag("trim")) {
            conversions.add(new ValueConversion.Trim());
        }
        if (options.flag("lowercase")) {
            conversions.add(new ValueConversion.Lowercase());
        }
        if (options.flag("uppercase")) {
            conversions.add(new ValueConversion.Uppercase());
        }
        if (options.has("type")) {
            conversions.add(type(options));
        }
        if (options.has("epoch")) {
            conversions.add(new ValueConversion.ToTime(epoch(options)));
        }
        if (options.has("date")) {
            conversions.add(new ValueConversion.FromDate(date(options)));
        }
        return conversions;
    }

    private static ValueConversion type(FieldOptions options) {
        var name = options.text("type", "");
        var type = TYPES.get(name);
        if (type == null) {
            throw options.refused("type", name + " is not known" + Spelling.appended(name, TYPES.keySet()));
        }
        return type;
    }

    private static Epoch epoch(FieldOptions options) {
        var unit = options.text("epoch", "");
        if (!UNITS.contains(unit)) {
            throw options.refused("epoch", unit + " is not known" + Spelling.appended(unit, UNITS));
        }
        var zone = zone(options);
        var shows = shows(options);
        try {
            return new Epoch(unit, Epoch.Unit.valueOf(unit.toUpperCase(Locale.ROOT)), shows,
                    ClockText.of(options.text("format", "'iso'"), zone), zone);
        } catch (DateTimeException e) {
            throw noPattern(options, "format", e);
        }
    }

    private static DateText date(FieldOptions options) {
        var zone = zone(options);
        var shows = shows(options);
        try {
            shows.format(ZonedDateTime.of(2004, 11, 23, 16, 7, 8, 9, zone));
        } catch (DateTimeException e) {
            throw noPattern(options, "format", e);
        }
        try {
            return new DateText(options.text("date", ""), shows, zone);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw noPattern(options, "date", e);
        }
    }

    private static DateTimeFormatter shows(FieldOptions options) {
        try {
            return options.has("format") ? DateTimeFormatter.ofPattern(options.text("format", ""), Locale.ENGLISH)
                    : DateTimeFormatter.ISO_OFFSET_DATE_TIME;
        } catch (IllegalArgumentException e) {
            throw noPattern(options, "format", e);
        }
    }

    private static IllegalArgumentException noPattern(FieldOptions options, String option, RuntimeException e) {
        return options.refused(option, "'" + options.text(option, "") + "' is no date pattern: " + e.getMessage()
                + "; right is for instance yyyy-MM-dd HH:mm:ss, other text in single quotes"
                + (option.equals("date") ? ", or " + DateText.ISO : ""));
    }

    private static ZoneId zone(FieldOptions options) {
        var name = options.text("zone", "UTC");
        try {
            return ZoneId.of(name);
        } catch (DateTimeException _) {
            var hint = Spelling.appended(name, ZoneId.getAvailableZoneIds());
            throw options.refused("zone", name + " is not known"
                    + (hint.isEmpty() ? "; right are for instance Asia/Shanghai, UTC or +08:00" : hint));
        }
    }

    private static @Nullable Object fallback(FieldOptions options) {
        var value = options.get("default");
        if (value == null || !options.has("type")) {
            return value == null ? null : unmodifiable(value);
        }
        try {
            return type(options).convert("", value);
        } catch (ConversionException _) {
            throw options.refused("default", "is " + Kind.of(value) + " that type " + options.text("type", "")
                    + " can't convert; give a default of that type");
        }
    }

    /** Constants are shared by all documents, so nobody may write into them. */
    private static Object unmodifiable(Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                var copy = new LinkedHashMap<Object, Object>();
                map.forEach((key, inner) -> copy.put(key, inner == null ? null : unmodifiable(inner)));
                yield Collections.unmodifiableMap(copy);
            }
            case List<?> list -> {
                var copy = new ArrayList<Object>();
                list.forEach(inner -> copy.add(inner == null ? null : unmodifiable(inner)));
                yield Collections.unmodifiableList(copy);
            }
            default -> value;
        };
    }
}

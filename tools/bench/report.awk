# SPDX-License-Identifier: MIT
# report.awk: from the figures of single runs to medians, ratios, a table and JSON. Three files: the peers with their
# versions, the goals, and the results ("workload variant heap peer metric value unit"). -v json=FILE, -v quick=-q.

FNR == 1 { file++ }

file == 1 {
    peer[++n_peers] = $1
    versions = versions (n_peers > 1 ? ", " : "") $1 ": " substr($0, length($1) + 2)
    next
}

/^#/ { next }

# With an empty file of goals the results are the second file.
NF == 5 {
    goal[$1, $2, $3, $4] = $5
    next
}

{
    row = $1 SUBSEP $2 SUBSEP $3
    if ($5 == "crash") {
        crash[row, $4] = $7
        next
    }
    if ($4 == peer[1] && !((row, $5) in known)) {
        known[row, $5] = 1
        key[++n_keys] = row SUBSEP $5
    }
    unit[row, $5] = $7
    value[row, $4, $5, ++runs[row, $4, $5]] = $6
}

# Sorts the values of one cell and sets median, low, high and count.
function measure(row, who, metric,    i, j, v, sorted) {
    count = runs[row, who, metric] + 0
    for (i = 1; i <= count; i++) {
        v = value[row, who, metric, i] + 0
        for (j = i - 1; j > 0 && sorted[j] > v; j--)
            sorted[j + 1] = sorted[j]
        sorted[j + 1] = v
    }
    low = sorted[1]
    high = sorted[count]
    median = count % 2 ? sorted[(count + 1) / 2] : (sorted[count / 2] + sorted[count / 2 + 1]) / 2
}

# The row in which a peer did the same: graph:held, or else graph.
function row_of(who, workload, variant, heap, metric,    row) {
    row = workload SUBSEP variant SUBSEP heap
    if ((row, who, metric) in runs || (row, who) in crash)
        return row
    sub(/:.*/, "", variant)
    return workload SUBSEP variant SUBSEP heap
}

function short(x) {
    return sprintf(x >= 1000 ? "%.0f" : "%.3g", x)
}

function json_line(row, who,    ratio, numbers) {
    ratio = mine > 0 && count ? sprintf("%.6g", median / mine) : "null"
    numbers = count ? sprintf("\"median\": %.6g, \"min\": %.6g, \"max\": %.6g", median, low, high) : \
        "\"median\": null, \"min\": null, \"max\": null, \"error\": \"" crash[row, who] "\""
    printf "%s  {\"workload\": \"%s\", \"variant\": \"%s\", \"heap\": \"%s\", \"peer\": \"%s\", ", \
        comma, part[1], part[2], part[3], who > json
    printf "\"metric\": \"%s\", \"unit\": \"%s\", %s, \"runs\": %d, \"ratio\": %s}", \
        part[4], u, numbers, count, ratio > json
    comma = ",\n"
}

# Fills in the cells of one line: for each peer the median, the ratio and the range.
function fill(k,    p, row, who) {
    split(key[k], part, SUBSEP)
    u = unit[part[1], part[2], part[3], part[4]]
    for (p = 1; p <= n_peers; p++) {
        who = peer[p]
        row = row_of(who, part[1], part[2], part[3], part[4])
        measure(row, who, part[4])
        if (p == 1)
            mine = median
        figure[who] = count ? median : 0
        medians[p] = count ? short(median) : (row, who) in crash ? crash[row, who] : "-"
        ratios[p] = count && mine > 0 ? sprintf("%.2f", median / mine) : medians[p] == "-" ? "-" : medians[p]
        ranges[p] = count ? short(low) "-" short(high) " (" count ")" : medians[p]
        if (count || (row, who) in crash)
            json_line(row, who)
    }
}

# A goal is a figure, or a part of a peer's: 0.6*cpython. It is of this line, this metric of the workload, or all of it.
function goal_of(w, v, h, m) {
    if ((w, v, h, m) in goal)
        return goal[w, v, h, m]
    return (w, "*", "*", m) in goal ? goal[w, "*", "*", m] : goal[w, "*", "*", "*"]
}

function goal_text(    g, limit) {
    g = limit = goal_of(part[1], part[2], part[3], part[4])
    if (split(g, factor, "[*]") == 2)
        limit = factor[1] * figure[factor[2]]
    return limit + 0 == 0 ? "" : g " " (mine <= limit ? "met" : "missed")
}

END {
    print versions
    if (quick)
        print "A quick run: about a fifth of each workload. Not to be compared with figures of a full one."
    printf "\nRatios are peer / %s: above 1 %s is better. Medians of the runs.\n\n", peer[1], peer[1]
    head = sprintf("%-4s %-18s %-5s %-12s", "", "", "heap", "metric")
    line = head
    for (p = 2; p <= n_peers; p++)
        line = line sprintf(" %9s", "/" peer[p])
    for (p = 1; p <= n_peers; p++)
        line = line sprintf(" %9s", peer[p])
    print line "      goal"
    printf "[\n" > json
    for (k = 1; k <= n_keys; k++) {
        fill(k)
        name = sprintf("%-4s %-18s %-5s %-12s", part[1], part[2], part[3], part[4])
        line = name
        for (p = 2; p <= n_peers; p++)
            line = line sprintf(" %9s", ratios[p])
        for (p = 1; p <= n_peers; p++)
            line = line sprintf(" %9s", medians[p])
        print line sprintf(" %-4s %s", u, goal_text())
        spread[k] = name
        for (p = 1; p <= n_peers; p++)
            spread[k] = spread[k] sprintf(" %20s", ranges[p])
    }
    printf "\n]\n" > json
    line = "\n" head
    for (p = 1; p <= n_peers; p++)
        line = line sprintf(" %20s", peer[p])
    printf "\nLeast and most, and the number of runs:\n%s\n", line
    for (k = 1; k <= n_keys; k++)
        print spread[k]
    printf "\nThe same as JSON: %s\n", json
}

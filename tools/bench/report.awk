# SPDX-License-Identifier: MIT
# report.awk: from the figures of single runs to medians, ratios, tables and JSON. Three files: the peers with their
# versions, the goals, and the results ("workload variant heap peer metric value unit"). -v json=FILE, -v quick=-q,
# -v missing="boehm:libgc-dev" (peers that are not here).

FNR == 1 { file++ }

file == 1 {
    peer[++n_peers] = $1
    version[n_peers] = substr($0, length($1) + 2)
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
        if ($4 == peer[1] && !((row, "-") in known)) {
            known[row, "-"] = 1
            key[++n_keys] = row SUBSEP "-"
        }
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

function ratio_text(x) {
    return sprintf(x >= 100 ? "%.0f" : x >= 10 ? "%.1f" : x >= 0.01 ? "%.2f" : "%.1g", x)
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

# As text; inf where Ouro's figure is 0.
function ratio_of(x) {
    if (!my_count)
        return "-"
    return mine > 0 ? ratio_text(x / mine) : x > 0 ? "inf" : "1.00"
}

# Better, even or worse: even are figures whose ranges overlap.
function judge(p) {
    if (p == 1 || !count || !my_count)
        return
    verdict[p, low > my_high ? "better" : high < my_low ? "worse" : "even"]++
}

# Fills in the cells of one line: for each peer the median, the ratio and the range.
function fill(k,    p, row, who) {
    split(key[k], part, SUBSEP)
    u = unit[part[1], part[2], part[3], part[4]]
    for (p = 1; p <= n_peers; p++) {
        who = peer[p]
        row = row_of(who, part[1], part[2], part[3], part[4])
        measure(row, who, part[4])
        if (p == 1) {
            mine = median
            my_count = count
            my_low = low
            my_high = high
        }
        judge(p)
        figure[who] = count ? median : 0
        medians[p] = count ? short(median) : (row, who) in crash ? crash[row, who] : "-"
        ratios[p] = !count ? medians[p] : ratio_of(median)
        ranges[p] = count ? short(low) "-" short(high) " (" count ")" : medians[p]
        if (count || (row, who) in crash)
            json_line(row, who)
    }
}

# A goal is a figure, or a part of a peer's, 0.6*cpython, or of the same row's with another distinction, 1.2*:one-stop.
# It is of this line, this metric of the workload, or all of it.
function goal_of(w, v, h, m) {
    if ((w, v, h, m) in goal)
        return goal[w, v, h, m]
    return (w, "*", "*", m) in goal ? goal[w, "*", "*", m] : goal[w, "*", "*", "*"]
}

# The first one's figure of this line, with this distinction: ":one-stop".
function figure_of(special,    variant) {
    variant = part[2]
    sub(/:.*/, "", variant)
    measure(part[1] SUBSEP variant special SUBSEP part[3], peer[1], part[4])
    return count ? median : 0
}

function goal_text(    g, limit) {
    g = limit = goal_of(part[1], part[2], part[3], part[4])
    if (split(g, factor, "[*]") == 2)
        limit = factor[1] * (factor[2] ~ /^:/ ? figure_of(factor[2]) : figure[factor[2]])
    if (limit + 0 == 0)
        return ""
    reached[mine <= limit ? "met" : "missed"]++
    return g " " (mine <= limit ? "met" : "missed")
}

# A table: its lines are in a[], a blank one between workloads and the heading again where it has gone out of sight.
function table(title, head, a,    k, last, since) {
    sub(/ +$/, "", head)
    printf "\n%s\n\n%s\n", title, head
    for (k = 1; k <= n_keys; k++) {
        split(key[k], part, SUBSEP)
        if (k > 1 && part[1] != last) {
            print (since > 30 ? "\n" head : "")
            since = (since > 30) ? 0 : since
        }
        print a[k]
        last = part[1]
        since++
    }
}

# A ratio's column is as wide as the peer's name.
function wide(p) {
    return length(peer[p]) > 7 ? length(peer[p]) + 1 : 8
}

function heading(from, width,    p, line) {
    line = sprintf("%-4s %-24s %-5s %-12s", "", "", "heap", "metric")
    if (from == 2)
        line = line sprintf(" %9s     ", peer[1])
    for (p = from; p <= n_peers; p++)
        line = line sprintf("%" (from == 2 ? wide(p) : width) "s", peer[p])
    return line
}

function lines(k,    p, name) {
    name = sprintf("%-4s %-24s %-5s %-12s", part[1], part[2], part[3], part[4])
    compare[k] = name sprintf(" %9s %-4s", medians[1], u)
    figures[k] = spread[k] = name
    for (p = 1; p <= n_peers; p++) {
        if (p > 1)
            compare[k] = compare[k] sprintf("%" wide(p) "s", ratios[p])
        figures[k] = figures[k] sprintf("%10s", medians[p])
        spread[k] = spread[k] sprintf("%21s", ranges[p])
    }
    compare[k] = compare[k] "  " goal_text()
    sub(/ +$/, "", compare[k])
    figures[k] = figures[k] " " u
}

function summary(    p) {
    if (n_peers > 1)
        printf "\nLines in which %s is better, worse, or even (the ranges overlap):\n", peer[1]
    for (p = 2; p <= n_peers; p++)
        printf "  against %-10s %4d better %4d even %4d worse\n", peer[p], verdict[p, "better"], verdict[p, "even"], \
            verdict[p, "worse"]
    if (reached["met"] + reached["missed"])
        printf "Goals: %d met, %d missed\n", reached["met"], reached["missed"]
}

END {
    for (p = 1; p <= n_peers; p++)
        printf "%-10s %s\n", peer[p], version[p]
    for (i = split(missing, absent, " "); i > 0; i--)
        printf "%-10s is not here (%s): no column\n", substr(absent[i], 1, index(absent[i], ":") - 1), \
            substr(absent[i], index(absent[i], ":") + 1)
    if (quick)
        print "A quick run: about a fifth of each workload. Not to be compared with figures of a full one."
    printf "[\n" > json
    for (k = 1; k <= n_keys; k++) {
        fill(k)
        lines(k)
    }
    printf "\n]\n" > json
    table("Ratios, peer / " peer[1] ": above 1 " peer[1] " is better. Medians of the runs.", \
        heading(2, 8) (quick ? "" : "  goal"), compare)
    table("The medians:", heading(1, 10), figures)
    table("Least and most, and the number of runs:", heading(1, 21), spread)
    summary()
}

# SPDX-License-Identifier: MIT
# svg.awk: one page of charts from the JSON that report.awk writes. Each line of the report is a line here, each peer a
# column, and the bar in it the ratio peer / Ouro on a logarithmic scale from 0.1 to 100: to the right of the line Ouro
# is better, to the left the peer. Longer bars end with a gap. Workloads that only one peer does come last, in columns.
# The colours can be told apart by the colour-blind, and change with a dark background.

BEGIN {
    WIDTH = 1320; LABEL = 212; LINE = 12; MARGIN = 16; NUMBER = 38; COLUMNS = 4
    split("W0:an empty collection|W1:take and drop a reference|W2:allocate and free|W3:binary trees|" \
        "W4:rings of garbage|W5:full collection, 5 M alive|W6a:collections of a little garbage|" \
        "W6b:garbage, automatic|W6c:lists of lists|W6d:GCBench|W7:mixed program, 2 M alive|W8:a long chain dropped|" \
        "W9:memory|NC:programs without cycles|GR:a growing heap|FK:collect after fork|DOM:parent pointers|" \
        "RT:a runtime|TR:a tiny runtime|P1:a server, 10 M alive|P2:cycles that died old|" \
        "P3:garbage holds a growing list|P4:a component of 1 M|P5:a cursor in 11 M elements|P6:5 M swapped|" \
        "P7:bursts of 5 M|S1:lists|S2:tuples|S3:dicts of texts|S4:dicts of ints|S5:sets|S6:texts|" \
        "S7:instances|S8:calls|S9:ints|S10:sorting|SB:memory|SC:keys that collide", list, "[|]")
    for (i in list)
        title[substr(list[i], 1, index(list[i], ":") - 1)] = substr(list[i], index(list[i], ":") + 1)
}

function field(name,    s) {
    s = $0
    if (!sub(".*\"" name "\": \"?", "", s))
        return ""
    sub("[\",}].*", "", s)
    return s
}

/"peer"/ {
    w = field("workload"); who = field("peer")
    row = w SUBSEP field("variant") SUBSEP field("heap") SUBSEP field("metric")
    if (first == "")
        first = who
    if (who == first)
        next
    if (!(who in known)) {
        known[who] = 1
        peer[++n_peers] = who
    }
    if (!(row in seen)) {
        seen[row] = 1
        line_of[++n_rows] = row
    }
    if (!((w, who) in does)) {
        does[w, who] = 1
        doers[w]++
        only[w] = who
    }
    cell[row, who] = field("ratio") != "null" ? field("ratio") + 0 : field("error")
}

function text(x, y, class, s) {
    gsub("&", "\\&amp;", s)
    gsub("<", "\\&lt;", s)
    printf "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">%s</text>\n", x, y, class, s
}

function upright(x, from, to, class) {
    printf "<path d=\"M%.1f %.1fV%.1f\" class=\"%s\"/>\n", x, from, to, class
}

# Where a ratio is, in a bar that begins at x.
function place(x, ratio) {
    ratio = ratio < 0.1 ? 0.1 : ratio > 100 ? 100 : ratio
    return x + BAR * (log(ratio) / log(10) + 1) / 3
}

function ratio_text(r) {
    return sprintf(r >= 100 ? "%.0f" : r >= 10 ? "%.1f" : r >= 0.01 ? "%.2f" : "%.0e", r)
}

# The bar of one cell with its number before it.
function bar(x, y, v,    from, to) {
    if (v == "")
        return
    if (v !~ /^[0-9.e+-]+$/) {
        text(x + NUMBER - 4, y, "n bad", v)
        return
    }
    text(x + NUMBER - 4, y, "n", ratio_text(v))
    x += NUMBER
    from = place(x, v < 1 ? v : 1)
    to = place(x, v < 1 ? 1 : v)
    printf "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"7\" class=\"%s\"/>\n", \
        from, y - 7, to - from, v < 1 ? "worse" : "better"
    if (v > 100 || v < 0.1)
        upright(v > 100 ? x + BAR - 4 : x + 4, y - 8, y + 1, "gap")
}

# The scale above a column of bars, and its lines down to y.
function scale(x, top, y, ticks,    t, at) {
    x += NUMBER
    for (t = 0.1; t < 101; t *= 10) {
        at = place(x, t)
        upright(at, top, y, t > 0.5 && t < 2 ? "one" : "grid")
        if (ticks)
            text(at, top - 3, "tick", t)
    }
}

function label_of(row,    part) {
    split(row, part, SUBSEP)
    return part[2] (part[3] == "-" ? "" : " " part[3]) ", " part[4]
}

function heading(x, y, w, who) {
    text(x, y, "group", w " " title[w] (who == "" ? "" : " (" who ")"))
}

# Sets n_shown and shown[], the lines of workloads done by one peer or by more; an empty entry precedes a workload,
# which is in group[].
function choose(single,    i, part, last) {
    n_shown = 0
    last = ""
    for (i = 1; i <= n_rows; i++) {
        split(line_of[i], part, SUBSEP)
        if ((doers[part[1]] == 1) != single)
            continue
        if (part[1] != last) {
            shown[++n_shown] = ""
            group[n_shown] = part[1]
        }
        last = part[1]
        shown[++n_shown] = line_of[i]
    }
}

# All peers side by side. Returns: where it ends.
function panels(y,    p, i, top, bottom, step, x) {
    choose(0)
    if (!n_shown)
        return y
    top = y + 26
    bottom = top + n_shown * LINE + 4
    step = (WIDTH - 2 * MARGIN - LABEL) / n_peers
    BAR = step > 250 ? 190 : step - NUMBER - 12
    for (p = 1; p <= n_peers; p++) {
        x = MARGIN + LABEL + (p - 1) * step
        text(x + NUMBER, y + 10, "head", peer[p])
        scale(x, top, bottom, 1)
    }
    for (i = 1; i <= n_shown; i++) {
        y = top + i * LINE
        if (shown[i] == "") {
            heading(MARGIN, y, group[i], "")
            continue
        }
        text(MARGIN + LABEL - 2, y, "label", label_of(shown[i]))
        for (p = 1; p <= n_peers; p++)
            bar(MARGIN + LABEL + (p - 1) * step, y, cell[shown[i], peer[p]])
    }
    return bottom + 2 * LINE
}

# What only one peer does, in columns. Returns: where it ends.
function columns(y,    i, c, k, per, top, step, x, wide) {
    choose(1)
    if (!n_shown)
        return y
    step = (WIDTH - 2 * MARGIN) / COLUMNS
    BAR = 96
    wide = step - NUMBER - BAR - 16
    per = int((n_shown + COLUMNS - 1) / COLUMNS)
    top = y + 14
    for (c = 0; c * per < n_shown; c++)
        scale(MARGIN + c * step + wide, top, top + per * LINE + 4, 1)
    for (i = 1; i <= n_shown; i++) {
        c = int((i - 1) / per)
        k = (i - 1) % per + 1
        x = MARGIN + c * step
        y = top + k * LINE
        if (shown[i] == "") {
            heading(x, y, group[i], only[group[i]])
            continue
        }
        text(x + wide - 2, y, "label", label_of(shown[i]))
        split(shown[i], part, SUBSEP)
        bar(x + wide, y, cell[shown[i], only[part[1]]])
    }
    return top + per * LINE + 2 * LINE
}

function style() {
    print "<style>"
    print "text{font-family:sans-serif;font-size:9px;fill:#333}"
    print ".title{font-size:15px;font-weight:bold}.head{font-size:11px;font-weight:bold}.group{font-weight:bold}"
    print ".label,.n{text-anchor:end}.tick{text-anchor:middle;font-size:7px;fill:#777}"
    print ".better{fill:#0072b2}.worse{fill:#d55e00}.bad{fill:#d55e00;font-size:7px}"
    print "path{fill:none}.grid{stroke:#888;stroke-opacity:.3;stroke-width:.5}.one{stroke:#333}"
    print ".gap{stroke:#fff;stroke-width:2}"
    print "@media(prefers-color-scheme:dark){"
    print "svg{background:#16181c}text{fill:#ddd}.one{stroke:#ddd}.gap{stroke:#16181c}"
    print ".tick{fill:#999}.better{fill:#56b4e9}.worse,.bad{fill:#e69f00}}"
    print "</style>"
}

# The height is known at the end, so the picture is kept until then. Peers with one workload have narrow columns.
END {
    choose(0)
    several = n_shown
    choose(1)
    height = 60 + (several ? 30 + (several + 2) * LINE : 0) + (n_shown ? 18 + (int((n_shown + 3) / 4) + 3) * LINE : 0)
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\">\n", \
        WIDTH, height, WIDTH, height
    style()
    text(MARGIN, 24, "title", "Other runtimes beside " first ": their figure / " first "'s")
    printf "<rect x=\"%d\" y=\"33\" width=\"12\" height=\"7\" class=\"better\"/>\n", MARGIN
    text(MARGIN + 16, 40, "", "right of the line: " first " is faster or smaller")
    printf "<rect x=\"%d\" y=\"33\" width=\"12\" height=\"7\" class=\"worse\"/>\n", MARGIN + 210
    text(MARGIN + 226, 40, "", "left of it: the other is. Medians; a logarithmic scale; bars beyond it have a gap.")
    columns(panels(48))
    print "</svg>"
}

// SPDX-License-Identifier: MIT
// version.c: the order of Debian versions (Debian policy manual, 5.6.12).
//
// A version is an epoch (a number, 0 if left out), the upstream version, and behind the last hyphen a revision. The
// parts are compared in this order, each by turns as text and as number; in text, '~' sorts before the end, and letters
// before all else.
#include "version.h"

#include <ctype.h>
#include <string.h>

// A piece of a version: from `at` up to `end`.
typedef struct version_part {
    const char *at, *end;
} version_part;

static int version_is_digit(version_part p) {
    return p.at < p.end && isdigit((unsigned char)*p.at);
}

// How the next character sorts in a stretch of text; the end of the stretch is 0.
static int version_rank(version_part p) {
    if (p.at == p.end || isdigit((unsigned char)*p.at))
        return 0;
    if (*p.at == '~')
        return -1;
    return isalpha((unsigned char)*p.at) ? (unsigned char)*p.at : (unsigned char)*p.at + 256;
}

// Compares stretches of text and moves behind them.
static int version_compare_text(version_part *a, version_part *b) {
    for (;;) {
        int ra = version_rank(*a), rb = version_rank(*b);
        if (ra != rb)
            return ra - rb;
        if (ra == 0)
            return 0;
        a->at++;
        b->at++;
    }
}

// Compares numbers of any length and moves behind them.
static int version_compare_number(version_part *a, version_part *b) {
    int first = 0;
    while (version_is_digit(*a) && *a->at == '0')
        a->at++;
    while (version_is_digit(*b) && *b->at == '0')
        b->at++;
    while (version_is_digit(*a) && version_is_digit(*b)) {
        if (!first)
            first = *a->at - *b->at;
        a->at++;
        b->at++;
    }
    if (version_is_digit(*a) || version_is_digit(*b))
        return version_is_digit(*a) - version_is_digit(*b);
    return first;
}

static int version_compare_part(version_part a, version_part b) {
    while (a.at < a.end || b.at < b.end) {
        int order = version_compare_text(&a, &b);
        if (!order)
            order = version_compare_number(&a, &b);
        if (order)
            return order;
    }
    return 0;
}

// Cuts a version into epoch, upstream version and revision.
static void version_split(const char *v, version_part part[3]) {
    const char *end = v + strlen(v), *colon = strchr(v, ':'), *hyphen = strrchr(v, '-');
    const char *upstream = colon ? colon + 1 : v;
    if (!hyphen || hyphen < upstream)
        hyphen = end;
    part[0] = (version_part){v, colon ? colon : v};
    part[1] = (version_part){upstream, hyphen};
    part[2] = (version_part){hyphen < end ? hyphen + 1 : end, end};
}

int version_compare(const char *a, const char *b) {
    version_part pa[3], pb[3];
    version_split(a, pa);
    version_split(b, pb);
    for (int i = 0; i < 3; i++) {
        int order = version_compare_part(pa[i], pb[i]);
        if (order)
            return order;
    }
    return 0;
}

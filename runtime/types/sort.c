// SPDX-License-Identifier: MIT
// sort.c: a stable merge sort that finds the runs which are there already, and merges them in a nearly best order (see
// ouro/list.h for whose ideas these are).
//
// The items are taken out of the list and belong to the sort alone while it runs: comparisons may do anything to the
// list and free nothing that is sorted. At every moment each item is in the array, or in the spare one while a merge
// has taken it there; a merge that fails puts it back. When all items are ints of a word, floats, or strs, they are
// compared right here, and no foreign code runs.
#include "seq.h"

#define SORT_DEPTH 66 // powers rise along the stack, and have 64 values
#define SORT_SHORT 64 // a list of fewer items is sorted by insertion
#define SORT_STREAK 7

typedef enum sort_kind { SORT_ASK, SORT_INTS, SORT_FLOATS, SORT_STRS } sort_kind;

typedef struct sort_run {
    size_t start, length;
    unsigned power; // how deep in the tree of merges this run and the next one meet
} sort_run;

typedef struct sorting {
    ouro_rt *rt;
    ouro_before_fn before;
    void *arg;
    ouro_obj **items, **spare; // spare: n / 2 places, made for the first merge
    size_t n, runs;
    size_t streak, patience; // how many items in a row came from one side, and how many make a merge look ahead
    int side;
    sort_kind kind;
    sort_run *run; // SORT_DEPTH of them
} sorting;

// ---- comparing ----

static int sort_compare(ouro_rt *rt, ouro_obj *a, ouro_obj *b, void *arg) {
    (void)arg;
    return ouro_compare(rt, OURO_LT, a, b);
}

// 1 if a goes before b, 0, or less if it failed.
static inline int sort_before(const sorting *s, ouro_obj *a, ouro_obj *b) {
    switch (s->kind) {
    case SORT_INTS:
        return ouro_int_word(a) < ouro_int_word(b);
    case SORT_FLOATS:
        return ouro_float_value(a) < ouro_float_value(b);
    case SORT_STRS:
        return ouro_str_compare(a, b) < 0;
    default:
        break;
    }
    int before = s->before(s->rt, a, b, s->arg);
    return before > 0 ? 1 : before;
}

static sort_kind sort_kind_of(const ouro_obj *o) {
    switch (ouroi_kind(o)) {
    case OUROI_KIND_INT:
        return SORT_INTS;
    case OUROI_KIND_FLOAT:
        return SORT_FLOATS;
    case OUROI_KIND_STR:
        return SORT_STRS;
    default:
        return SORT_ASK;
    }
}

// What all items are; fills places that the collector has emptied.
static sort_kind sort_survey(sorting *s) {
    sort_kind kind = SORT_ASK;
    for (size_t i = 0; i < s->n; i++) {
        s->items[i] = seq_peek(s->rt, s->items[i]);
        sort_kind one = sort_kind_of(s->items[i]);
        kind = i && one != kind ? SORT_ASK : one;
    }
    return kind;
}

// ---- runs ----

static void sort_turn(ouro_obj **a, size_t n) {
    for (size_t i = 0, j = n; i + 1 < j; i++) {
        ouro_obj *item = a[i];
        a[i] = a[--j];
        a[j] = item;
    }
}

// How many items from `lo` on are in order. Falling ones are turned round; of equal ones none falls, so that they stay
// in order. 0 if a comparison failed.
static size_t sort_find_run(sorting *s, size_t lo) {
    ouro_obj **a = s->items;
    size_t i = lo + 1;
    if (i == s->n)
        return 1;
    int falls = sort_before(s, a[i], a[lo]), same = falls;
    while (same == falls && falls >= 0 && ++i < s->n)
        same = sort_before(s, a[i], a[i - 1]);
    if (same < 0)
        return 0;
    if (falls)
        sort_turn(a + lo, i - lo);
    return i - lo;
}

// Puts the items from `sorted` on into their places among those from `lo` on. 0, or -1.
static int sort_insert(sorting *s, size_t lo, size_t sorted, size_t hi) {
    ouro_obj **a = s->items;
    for (size_t i = sorted; i < hi; i++) {
        ouro_obj *item = a[i];
        size_t left = lo, right = i;
        while (left < right) {
            size_t middle = left + (right - left) / 2;
            int before = sort_before(s, item, a[middle]);
            if (before < 0)
                return -1;
            if (before)
                right = middle;
            else
                left = middle + 1;
        }
        seq_move(a + left + 1, a + left, i - left);
        a[left] = item;
    }
    return 0;
}

// The least length of a run: n divided by a power of two, rounded up, 32 to 64, so that merges are of equal lengths.
static size_t sort_least(size_t n) {
    size_t odd = 0;
    for (; n >= SORT_SHORT; n /= 2)
        odd |= n & 1;
    return n + odd;
}

// ---- merging ----

// How many of n sorted items go before x, or are equal to it; the answer is likely to be small. -1 if it failed.
static ptrdiff_t sort_place_behind(sorting *s, ouro_obj *x, ouro_obj **a, size_t n) {
    size_t low = 0, high = n;
    for (size_t step = 1; low < high;) {
        size_t at = step < n - low && high == n ? low + step - 1 : low + (high - low) / 2;
        int before = sort_before(s, x, a[at]);
        if (before < 0)
            return -1;
        if (before)
            high = at;
        else
            low = at + 1;
        step *= 2;
    }
    return (ptrdiff_t)low;
}

// How many of n sorted items go before x; the answer is likely to be near n. -1 if it failed.
static ptrdiff_t sort_place_before(sorting *s, ouro_obj *x, ouro_obj **a, size_t n) {
    size_t low = 0, high = n;
    for (size_t step = 1; low < high;) {
        size_t at = step < high && !low ? high - step : low + (high - low) / 2;
        int before = sort_before(s, a[at], x);
        if (before < 0)
            return -1;
        if (before)
            low = at + 1;
        else
            high = at;
        step *= 2;
    }
    return (ptrdiff_t)low;
}

// Items that come from one side many times in a row are looked for instead, and moved together. Where that does not pay
// it is tried more rarely. Returns true when it is time.
static bool sort_has_streak(sorting *s, int before) {
    s->streak = before == s->side ? s->streak + 1 : 1;
    s->side = before;
    return s->streak >= s->patience;
}

static void sort_learn(sorting *s, ptrdiff_t found) {
    s->streak = 0;
    if (found < SORT_STREAK)
        s->patience += 2;
    else if (s->patience > 2)
        s->patience--;
}

// The next items of x and y that go to `to` without another one in between; as in sort_merge_up. -1 if it failed.
static ptrdiff_t sort_stride_up(sorting *s, ouro_obj **x, ouro_obj **x_end, ouro_obj **y, ouro_obj **y_end) {
    if (x == x_end || y == y_end)
        return 0;
    ptrdiff_t n =
        s->side ? sort_place_before(s, *x, y, (size_t)(y_end - y)) : sort_place_behind(s, *y, x, (size_t)(x_end - x));
    sort_learn(s, n);
    return n;
}

// Merges n sorted items at `a` with the m behind them, from the front: the first n are put aside.
static int sort_merge_up(sorting *s, ouro_obj **a, size_t n, size_t m) {
    ouro_obj **x = s->spare, **x_end = x + n, **y = a + n, **y_end = y + m, **to = a;
    int before = 0;
    seq_copy(x, a, n);
    s->streak = 0;
    while (x < x_end && y < y_end && (before = sort_before(s, *y, *x)) >= 0) {
        *to++ = before ? *y++ : *x++;
        if (likely(!sort_has_streak(s, before)))
            continue;
        ptrdiff_t more = sort_stride_up(s, x, x_end, y, y_end);
        if (more < 0) {
            before = -1;
            break;
        }
        seq_move(to, before ? y : x, (size_t)more);
        *(before ? &y : &x) += more;
        to += more;
    }
    seq_copy(to, x, (size_t)(x_end - x));
    return before < 0 ? -1 : 0;
}

// As sort_stride_up, from the back.
static ptrdiff_t sort_stride_down(sorting *s, ouro_obj **a, ouro_obj **x, ouro_obj **y) {
    size_t left_x = (size_t)(x - a), left_y = (size_t)(y - s->spare);
    if (!left_x || !left_y)
        return 0;
    ptrdiff_t stay = s->side ? sort_place_behind(s, y[-1], a, left_x) : sort_place_before(s, x[-1], s->spare, left_y);
    if (stay < 0)
        return -1;
    ptrdiff_t n = (ptrdiff_t)(s->side ? left_x : left_y) - stay;
    sort_learn(s, n);
    return n;
}

// The same from the back: the last m are put aside.
static int sort_merge_down(sorting *s, ouro_obj **a, size_t n, size_t m) {
    ouro_obj **x = a + n, **y = s->spare + m, **to = a + n + m;
    int before = 0;
    seq_copy(s->spare, x, m);
    s->streak = 0;
    while (x > a && y > s->spare && (before = sort_before(s, y[-1], x[-1])) >= 0) {
        *--to = before ? *--x : *--y;
        if (likely(!sort_has_streak(s, before)))
            continue;
        ptrdiff_t more = sort_stride_down(s, a, x, y);
        if (more < 0) {
            before = -1;
            break;
        }
        *(before ? &x : &y) -= more;
        to -= more;
        seq_move(to, before ? x : y, (size_t)more);
    }
    m = (size_t)(y - s->spare);
    seq_copy(to - m, s->spare, m);
    return before < 0 ? -1 : 0;
}

static bool sort_has_spare(sorting *s) {
    if (!s->spare)
        s->spare = ouro_buf_alloc(s->rt, s->n / 2 * sizeof *s->spare);
    return s->spare != NULL;
}

// Merges a run with the next one. What is in its place already, at both ends, is left out. 0, or -1.
static int sort_merge(sorting *s, sort_run *r) {
    ouro_obj **a = s->items + r[0].start;
    size_t n = r[0].length, m = r[1].length;
    r[0].length += m;
    s->runs--;
    ptrdiff_t in_place = sort_place_behind(s, a[n], a, n);
    if (in_place < 0)
        return -1;
    a += in_place;
    n -= (size_t)in_place;
    if (!n)
        return 0;
    ptrdiff_t rest = sort_place_before(s, a[n - 1], a + n, m);
    if (rest < 0 || !sort_has_spare(s))
        return -1;
    m = (size_t)rest;
    return n <= m ? sort_merge_up(s, a, n, m) : sort_merge_down(s, a, n, m);
}

// The power of the border between two runs: the first bit in which their middles, as fractions of n, differ.
static unsigned sort_power(const sorting *s, const sort_run *r, size_t length) {
    unsigned __int128 unit = (unsigned __int128)1 << 62;
    size_t middle = 2 * r->start + r->length; // twice
    uint64_t a = (uint64_t)(unit * middle / s->n), b = (uint64_t)(unit * (middle + r->length + length) / s->n);
    return (unsigned)__builtin_clzll(a ^ b);
}

// Adds a run, after merging what meets deeper in the tree than it meets its neighbour. 0, or -1.
static int sort_add_run(sorting *s, size_t start, size_t length) {
    if (s->runs) {
        unsigned power = sort_power(s, &s->run[s->runs - 1], length);
        while (s->runs > 1 && s->run[s->runs - 2].power > power)
            if (sort_merge(s, &s->run[s->runs - 2]) < 0)
                return -1;
        s->run[s->runs - 1].power = power;
    }
    ASSERT(s->runs < SORT_DEPTH);
    s->run[s->runs++] = (sort_run){start, length, 0};
    return 0;
}

static int sort_all(sorting *s) {
    size_t least = sort_least(s->n);
    for (size_t lo = 0, length; lo < s->n; lo += length) {
        length = sort_find_run(s, lo);
        if (!length)
            return -1;
        size_t wanted = least < s->n - lo ? least : s->n - lo;
        if (length < wanted && sort_insert(s, lo, lo + length, lo + wanted) < 0)
            return -1;
        if (length < wanted)
            length = wanted;
        if (sort_add_run(s, lo, length) < 0)
            return -1;
    }
    while (s->runs > 1)
        if (sort_merge(s, &s->run[s->runs - 2]) < 0)
            return -1;
    return 0;
}

// ---- the list ----

// Gives the list its items back, and drops what others have put into it meanwhile. 0, or -1 if they have.
static int sort_put_back(ouro_rt *rt, ouroi_list *l, ouroi_list *sorted) {
    ouroi_list theirs = *l;
    for (size_t i = 0; i < sorted->size; i++)
        ouroi_touch(sorted->items[i]);
    l->items = sorted->items;
    l->size = sorted->size;
    l->capacity = sorted->capacity;
    int result = theirs.size ? -1 : 0;
    if (result < 0 && ouro_error_code(rt) == OURO_OK)
        ouro_error_set(rt, OURO_ERR_STATE, "list changed while it was sorted");
    while (theirs.size)
        ouro_xdecref(theirs.items[--theirs.size]);
    ouro_buf_free(rt, theirs.items);
    return result;
}

int ouro_list_sort(ouro_rt *rt, ouro_obj *list, ouro_before_fn before, void *arg) {
    ouroi_list *l = list_of(rt, list, "ouro_list_sort");
    if (!l)
        return -1;
    if (l->size < 2)
        return 0;
    ouro_incref(list);
    ouroi_list taken = *l;
    l->items = NULL;
    l->size = l->capacity = 0;
    sort_run run[SORT_DEPTH];
    sorting s = {.rt = rt,
                 .before = before ? before : sort_compare,
                 .arg = arg,
                 .items = taken.items,
                 .n = taken.size,
                 .patience = SORT_STREAK,
                 .run = run};
    s.kind = sort_survey(&s);
    if (before)
        s.kind = SORT_ASK;
    int result = sort_all(&s);
    ouro_buf_free(rt, s.spare);
    if (sort_put_back(rt, l, &taken) < 0)
        result = -1;
    ouro_decref(list);
    return result;
}

// SPDX-License-Identifier: MIT
// lines.c: the lines of files: what they are, how long they may be, what goes wrong, and when a file is closed.
#include "files.h"
#include "rows.h"

// 1 if the lines are these n, each with its size, and then there are none.
typedef struct line {
    const char *text;
    size_t size;
} line;
#define LINE(text)                                                                                                     \
    { text, sizeof(text) - 1 }

static int line_is(ouro_rt *rt, ouro_obj *it, const char *text, size_t size) {
    ouro_obj *item = NULL;
    int more = ouro_next(rt, it, &item);
    int same = more == 1 && ouro_str_size(item) == size && !memcmp(ouro_str_data(item), text, size);
    if (more == 1 && !same)
        fprintf(stderr, "a line of %zu bytes, expected %zu\n", ouro_str_size(item), size);
    ouro_xdecref(item);
    return same;
}

static int line_ends(ouro_rt *rt, ouro_obj *it) {
    ouro_obj *item = it;
    for (int i = 0; i < 3; i++, item = it)
        if (ouro_next(rt, it, &item) != 0 || item)
            return 0;
    return 1;
}

static ouro_obj *lines_of_text(ouro_rt *rt, const char *text, size_t n) {
    return ouro_lines_of(rt, file_of(text, n), "text");
}

// ---- what a line is ----

CASE(lines, keep_their_newlines) {
    static const struct {
        line file;
        line lines[4];
    } files[] = {
        {LINE(""), {{NULL, 0}}},
        {LINE("a"), {LINE("a")}},
        {LINE("a\n"), {LINE("a\n")}},
        {LINE("\n"), {LINE("\n")}},
        {LINE("one\n\ntwo"), {LINE("one\n"), LINE("\n"), LINE("two")}},
        {LINE("a\r\nb\rc\n"), {LINE("a\r\n"), LINE("b\rc\n")}},
        {LINE("\0a\0\n\0"), {LINE("\0a\0\n"), LINE("\0")}},
        {LINE("na\xC3\xAFve\n\xF0\x9F\x98\x80"), {LINE("na\xC3\xAFve\n"), LINE("\xF0\x9F\x98\x80")}},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        ouro_obj *it = own(lines_of_text(rt, files[i].file.text, files[i].file.size));
        need(it);
        size_t n = 0;
        for (; n < 4 && files[i].lines[n].text; n++)
            check(line_is(rt, it, files[i].lines[n].text, files[i].lines[n].size));
        check(line_ends(rt, it) && ouro_lines_count(it) == n);
    }
}

CASE(lines, are_iterated_like_others) {
    ouro_obj *it = own(lines_of_text(rt, "a\nb\nc\n", 6)), *b = own(ouro_str_from(rt, "b\n"));
    need(it && b);
    ouro_obj *same = own(ouro_iter(rt, it));
    check(same == it && ouro_contains(rt, it, b) == 1);
    ouro_obj *rest = own(ouro_list_from(rt, it));
    need(rest);
    check(ouro_list_size(rest) == 1 && ouro_is(it, ouro_lines_type));
}

// ---- long ones ----

CASE(lines, of_any_length) {
    static const size_t sizes[] = {65534, 65535, 65536, 65537, 131071, 131072, 131073, 3000000};
    char *text = malloc(2 * 3000000 + 8);
    always(text);
    for (size_t i = 0; i < kit_size(sizeof sizes / sizeof *sizes, 5); i++) {
        size_t n = sizes[i];
        for (size_t k = 0; k < n; k++) // é, so that a letter lies across the end of the buffer
            text[k] = k % 2 ? "\xA9\xC3"[n % 2] : "\xC3\xA9"[n % 2];
        if (n % 2)
            text[0] = 'e';
        text[n] = '\n';
        memcpy(text + n + 1, "b\n", 2);
        memcpy(text + n + 3, text, n);
        ouro_obj *it = lines_of_text(rt, text, 2 * n + 3);
        if (it)
            check(line_is(rt, it, text, n + 1) && line_is(rt, it, "b\n", 2) && line_is(rt, it, text, n) &&
                  line_ends(rt, it));
        ouro_xdecref(it);
        ouro_error_clear(rt);
    }
    free(text);
}

// Reading a file takes no more memory than its longest line.
CASE(lines, in_bounded_memory) {
    size_t n = kit_size(4000000, 200000), before = kit_usage(rt).used, count = 0;
    char *text = malloc(n);
    always(text);
    for (size_t i = 0; i < n; i++)
        text[i] = i % 100 == 99 ? '\n' : 'x';
    ouro_obj *it = lines_of_text(rt, text, n), *item;
    free(text);
    need(it);
    int more;
    size_t most = 0;
    while ((more = ouro_next(rt, it, &item)) == 1) {
        size_t used = kit_usage(rt).used;
        most = used > most ? used : most;
        count++;
        ouro_decref(item);
    }
    ouro_decref(it);
    must(more);
    always(count == n / 100 && most - before <= 2 * 65536 + 1024 && kit_usage(rt).used == before);
}

// ---- what goes wrong ----

CASE(lines, that_are_not_utf_8) {
    ouro_obj *it = own(lines_of_text(rt,
                                     "a\n\xFF"
                                     "b\n\xC3\nc\xE2\x82",
                                     11)),
             *item = it;
    need(it);
    check(line_is(rt, it, "a\n", 2) && ouro_next(rt, it, &item) == -1 && !item);
    check(says(rt, OURO_ERR_VALUE, "text: line 2: not UTF-8: byte 0xff at 0 of 3"));
    check(ouro_next(rt, it, &item) == -1 && says(rt, OURO_ERR_VALUE, "text: line 3: not UTF-8"));
    check(ouro_next(rt, it, &item) == -1 && says(rt, OURO_ERR_VALUE, "text: line 4: not UTF-8"));
    check(line_ends(rt, it));
    ouro_error_clear(rt);
}

CASE(lines, of_no_file) {
    check(!ouro_lines_open(rt, "no such folder/no such file"));
    check(says(rt, OURO_ERR_IO, "no such folder/no such file: "));
    ouro_error_clear(rt);
}

// A folder can be opened, but not read.
CASE(lines, that_cannot_be_read) {
    ouro_obj *it = own(ouro_lines_open(rt, ".")), *item = it;
    need(it);
    for (int i = 0; i < 2; i++) {
        check(ouro_next(rt, it, &item) == -1 && !item && says(rt, OURO_ERR_IO, ".: line 1: "));
        ouro_error_clear(rt);
    }
}

// Nothing is there yet: what was read before is kept.
CASE(lines, that_come_later) {
    int ends[2];
    always(pipe(ends) == 0 && fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0);
    ouro_obj *it = ouro_lines_of(rt, ends[0], "pipe"), *item = it;
    int wrote = !it || write(ends[1], "a\nbc", 4) == 4;
    if (it) {
        check(line_is(rt, it, "a\n", 2) && ouro_next(rt, it, &item) == -1 && !item);
        check(says(rt, OURO_ERR_IO, "pipe: line 2: ") && write(ends[1], "d\ne", 3) == 3 && line_is(rt, it, "bcd\n", 4));
    }
    close(ends[1]);
    if (it)
        check(line_is(rt, it, "e", 1) && line_ends(rt, it));
    ouro_xdecref(it);
    always(wrote && !file_is_open(ends[0]));
    ouro_error_clear(rt);
}

// Each allocation on the way fails once: asked again, the line is given.
CASE(lines, are_not_lost_for_want_of_memory) {
    if (test_mode_now() == TEST_FAULT)
        return;
    char text[200001], all[200001] = "";
    size_t n = 0, given = 0;
    for (size_t i = 0; i < 20; i++) {
        memset(text + n, 'a' + (int)i, i * 1000);
        text[(n += i * 1000 + 1) - 1] = '\n';
    }
    ouro_obj *it = own(lines_of_text(rt, text, n)), *item;
    need(it);
    int more = 1;
    for (uint64_t k = 1; more; ouro_xdecref(item)) {
        ouro_stress_fail(rt, k, OURO_FAIL_ONCE);
        more = ouro_next(rt, it, &item);
        k = more < 0 ? k + 1 : 1;
        ouro_stress_fail(rt, 0, OURO_FAIL_NEVER);
        if (more < 0)
            always(says(rt, OURO_ERR_MEMORY, ""));
        if (more == 1) {
            memcpy(all + given, ouro_str_data(item), ouro_str_size(item));
            given += ouro_str_size(item);
        }
    }
    always(given == n && !memcmp(all, text, n));
}

// ---- closed ----

CASE(lines, close_their_file_at_the_end) {
    int file = file_of("a\n", 2), other;
    ouro_obj *it = ouro_lines_of(rt, file, "a"), *item;
    always(it || !file_is_open(file));
    need(it);
    int more = ouro_next(rt, it, &item);
    always(file_is_open(file));
    ouro_xdecref(item);
    int end = more == 1 ? ouro_next(rt, it, &item) : 0;
    always(more != 1 || (end == 0 && !file_is_open(file)));
    other = more == 1 ? file_of("b", 1) : -1; // has the same number now, and is not to be closed
    ouro_decref(it);
    always(other < 0 || (file_is_open(other) && close(other) == 0));
    must(more);
}

CASE(lines, close_their_file_when_they_die) {
    int file = file_of("a\nb\n", 4);
    ouro_obj *it = ouro_lines_of(rt, file, "a");
    need(it);
    check(line_is(rt, it, "a\n", 2));
    ouro_decref(it);
    always(!file_is_open(file));
    file = file_of("a\nb\n", 4);
    it = ouro_lines_of(rt, file, "a");
    need(it);
    ouro_obj *list = ouro_list_new(rt, &it, 1);
    if (list)
        ouro_list_append(rt, list, list);
    ouro_decref(it);
    ouro_xdecref(list);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(!file_is_open(file));
}

CASE(lines, of_a_file_with_a_name) {
    char path[] = P_tmpdir "/ouro-lines-XXXXXX";
    int file = mkstemp(path);
    always(file >= 0 && write(file, "a\nb", 3) == 3 && close(file) == 0);
    ouro_obj *it = own(ouro_lines_open(rt, path));
    unlink(path);
    need(it);
    check(line_is(rt, it, "a\n", 2) && line_is(rt, it, "b", 1) && line_ends(rt, it));
}

// ---- asked while they read ----

static ouro_obj *lines_read;
static int lines_refused;

static void hook_reads(ouro_rt *rt) {
    ouro_obj *item = lines_read;
    lines_refused =
        ouro_next(rt, lines_read, &item) == -1 && !item && says(rt, OURO_ERR_STATE, "is being read already");
}

CASE(lines, are_read_one_after_the_other) {
    lines_read = own(lines_of_text(rt, "the first line\nthe second line\n", 31));
    need(lines_read);
    for (int i = 0; i < 2; i++) {
        lines_refused = 0;
        must(trap_set(rt, hook_reads));
        int same = line_is(rt, lines_read, i ? "the second line\n" : "the first line\n", 15 + (size_t)i);
        trap_done(rt);
        check(same && lines_refused);
    }
    ouro_error_clear(rt);
}

static void hook_drops_lines(ouro_rt *rt) {
    (void)rt;
    ouro_setslot(&lines_read, NULL);
}

CASE(lines, are_dropped_while_they_are_read) {
    for (int i = 0; i < 2; i++) { // in the buffer's allocation, and in the str's
        lines_read = lines_of_text(rt, "the first line\nthe second line\n", 31);
        need(lines_read);
        if (i)
            check(line_is(rt, lines_read, "the first line\n", 15));
        if (trap_set(rt, hook_drops_lines) == 0)
            check(line_is(rt, lines_read, i ? "the second line\n" : "the first line\n", 15 + (size_t)i));
        trap_done(rt);
        ouro_setslot(&lines_read, NULL);
        ouro_error_clear(rt);
    }
}

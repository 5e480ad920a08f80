// SPDX-License-Identifier: MIT
// lines.c: the lines of a file. What was read and not given yet lies at `from` to `to` of a buffer; before more is read
// it moves to the front, and if it fills the buffer that is doubled. The part up to `seen` has no newline, so that a
// line of any length is searched once.
//
// The object holds no other, so the collector never looks at it; the file is closed by whoever comes first, the end or
// the object's death.
#include "std.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define LINES_BUFFER ((size_t)64 * 1024)

typedef struct lines {
    ouro_obj head;
    char *buffer; // NULL before the first line, and at the end
    size_t from, seen, to, room;
    uint64_t count;
    int descriptor; // -1 when closed
    bool ended;     // the file has: what is in the buffer is all
    bool running;
    char name[]; // and its bytes behind
} lines;

static ouro_type lines_type;

static lines *lines_of(const ouro_obj *o) {
    return (lines *)(uintptr_t)o;
}

// ---- opening and closing ----

static void lines_close(lines *l) {
    if (l->descriptor >= 0)
        close(l->descriptor);
    l->descriptor = -1;
}

ouro_obj *ouro_lines_of(ouro_rt *rt, int descriptor, const char *name) {
    size_t bytes = strlen(name) + 1;
    lines *l = ouro_new_extra(rt, &lines_type, 0, bytes);
    if (!l) {
        close(descriptor);
        return NULL;
    }
    memcpy(l->name, name, bytes);
    l->descriptor = descriptor;
    return &l->head;
}

ouro_obj *ouro_lines_open(ouro_rt *rt, const char *path) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor >= 0)
        return ouro_lines_of(rt, descriptor, path);
    ouro_error_set(rt, OURO_ERR_IO, "%s: %s", path, strerror(errno));
    return NULL;
}

static void lines_dealloc(ouro_rt *rt, ouro_obj *o) {
    lines *l = lines_of(o);
    lines_close(l);
    ouro_buf_free(rt, l->buffer);
}

// ---- reading ----

// Makes room behind what is in the buffer. Returns: 0, or -1: nothing has changed.
static int lines_make_room(ouro_rt *rt, lines *l) {
    if (l->from) {
        memmove(l->buffer, l->buffer + l->from, l->to - l->from);
        l->seen -= l->from;
        l->to -= l->from;
        l->from = 0;
    }
    if (l->to < l->room)
        return 0;
    size_t room = l->room ? l->room * 2 : LINES_BUFFER;
    char *buffer = ouro_buf_realloc(rt, l->buffer, room);
    if (!buffer)
        return -1;
    l->buffer = buffer;
    l->room = room;
    return 0;
}

// Reads once. Returns: 0, or -1.
static int lines_read(ouro_rt *rt, lines *l) {
    ssize_t n;
    if (lines_make_room(rt, l) < 0)
        return -1;
    do
        n = read(l->descriptor, l->buffer + l->to, l->room - l->to);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return ouro_error_set(rt, OURO_ERR_IO, "%s: line %llu: %s", l->name, (unsigned long long)l->count + 1,
                              strerror(errno));
    l->to += (size_t)n;
    if (n)
        return 0;
    l->ended = true;
    lines_close(l);
    return 0;
}

// Finds the end of the next line, and reads until there is one. Returns: 0, or -1. Without a line *size is 0.
static int lines_find(ouro_rt *rt, lines *l, size_t *size) {
    for (;;) {
        const char *newline = l->seen < l->to ? memchr(l->buffer + l->seen, '\n', l->to - l->seen) : NULL;
        l->seen = newline ? (size_t)(newline - l->buffer) : l->to;
        *size = l->seen - l->from + (newline != NULL);
        if (newline || l->ended)
            return 0;
        if (lines_read(rt, l) < 0)
            return -1;
    }
}

// A line could not become a str: it is told where that was. Returns: NULL.
COLD static ouro_obj *lines_refuse(ouro_rt *rt, const lines *l) {
    char why[160];
    int code = ouro_error_code(rt);
    snprintf(why, sizeof why, "%s", ouro_error_message(rt));
    ouro_error_clear(rt);
    ouro_error_set(rt, code, "%s: line %llu: %s", l->name, (unsigned long long)l->count, why);
    return NULL;
}

// What is at `from`, as a str. If there is no memory for it, it stays there. Returns: new; NULL on failure.
static ouro_obj *lines_take(ouro_rt *rt, lines *l, size_t size) {
    ouro_obj *s = ouro_str_new(rt, l->buffer + l->from, size);
    if (!s && ouro_error_code(rt) == OURO_ERR_MEMORY)
        return NULL;
    l->from = l->seen = l->from + size;
    l->count++;
    return s ? s : lines_refuse(rt, l);
}

static int lines_give(ouro_rt *rt, lines *l, ouro_obj **out) {
    size_t size;
    if (lines_find(rt, l, &size) < 0)
        return -1;
    if (size) {
        *out = lines_take(rt, l, size);
        return *out ? 1 : -1;
    }
    ouro_buf_free(rt, l->buffer);
    l->buffer = NULL;
    l->from = l->seen = l->to = l->room = 0;
    return 0;
}

// To make a buffer or a str may run code that asks for a line, and would find the buffer half changed.
static int lines_next(ouro_rt *rt, ouro_obj *o, ouro_obj **out) {
    lines *l = lines_of(o);
    *out = NULL;
    if (unlikely(l->running))
        return ouro_error_set(rt, OURO_ERR_STATE, "%s: a line is being read already", l->name);
    ouro_incref(o);
    l->running = true;
    int more = lines_give(rt, l, out);
    l->running = false;
    ouro_decref(o);
    return more;
}

uint64_t ouro_lines_count(const ouro_obj *o) {
    return lines_of(o)->count;
}

// ---- the type ----

static const ouro_ops lines_ops = {.struct_size = sizeof(ouro_ops), .next = lines_next};

static ouro_type lines_type = {
    .struct_size = sizeof(ouro_type),
    .name = "lines",
    .size = sizeof(lines),
    .dealloc = lines_dealloc,
    .ops = &lines_ops,
};
const ouro_type *const ouro_lines_type = &lines_type;

int ouroi_lines_open(ouro_rt *rt) {
    return ouro_type_register(rt, &lines_type);
}

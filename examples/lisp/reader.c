// SPDX-License-Identifier: MIT
// reader.c: from text to data. Open lists are on a stack of the reader's own, in the runtime's memory, so that text may
// be nested as deep as memory goes, and a limit on memory holds for it, too.
#include "lisp.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { READER_TOKEN = 4096 }; // bytes that a name or number has less than

// A list, vector or quoted expression that is not complete yet.
typedef struct open_form {
    ouro_obj *first, *last; // its pairs: `first` is owned
    uint32_t line, column;
    char kind;      // ( [ ' where [ stands for #(
    char after_dot; // 0; 1: the tail is to come; 2: it has come
} open_form;

typedef struct reading {
    reader *r;
    open_form *open;
    size_t n, room;
    uint32_t line, column; // where the expression at hand begins
} reading;

static int reader_fail(reading *g, uint32_t line, uint32_t column, const char *what) {
    ouro_error_set(g->r->m->rt, OURO_ERR_VALUE, "%s", what);
    return vm_note(g->r->m, ouro_str_data(g->r->file), line, column);
}

static int reader_next(reader *r) {
    int c = getc(r->in);
    if (c == '\n') {
        r->line++;
        r->column = 1;
    } else if ((c & 0xC0) != 0x80) // columns count characters, which have one such byte each
        r->column++;
    return c;
}

static int reader_peek(reader *r) {
    return ungetc(getc(r->in), r->in);
}

// The next character that is not blank and not in a comment; the expression at hand begins there.
static int reader_begin(reading *g) {
    for (;;) {
        g->line = g->r->line;
        g->column = g->r->column;
        int c = reader_next(g->r);
        if (c == ';')
            while (c != '\n' && c != EOF)
                c = reader_next(g->r);
        if (c == EOF || !isspace(c))
            return c;
    }
}

// ---- atoms ----

static bool reader_ends_token(int c) {
    return c == EOF || isspace(c) || (c && strchr("()'\";", c));
}

static ouro_obj *reader_string(reading *g) {
    ouro_builder b;
    ouro_builder_open(g->r->m->rt, &b);
    for (int c; (c = reader_next(g->r)) != '"';) {
        if (c == '\\') {
            c = reader_next(g->r);
            c = c == 'n' ? '\n' : c == 't' ? '\t' : c;
        }
        if (c == EOF) {
            ouro_builder_close(&b);
            reader_fail(g, g->line, g->column, "a string that does not end");
            return NULL;
        }
        char byte = (char)c;
        (void)ouro_builder_add(&b, &byte, 1); // a failure is remembered, and told at the end
    }
    return ouro_builder_finish(&b);
}

// A number, #t, #f or a symbol.
static ouro_obj *reader_word(reading *g, const char *text, size_t n) {
    lisp *m = g->r->m;
    const char *digit = text + (*text == '-' || *text == '+');
    if (isdigit((unsigned char)*digit) || (*digit == '.' && isdigit((unsigned char)digit[1])))
        return digit[strspn(digit, "0123456789")] ? ouro_float_parse(m->rt, text, n)
                                                  : ouro_int_parse(m->rt, text, n, 10);
    if (*text != '#')
        return lisp_symbol(m, text);
    if (strcmp(text, "#t") == 0 || strcmp(text, "#f") == 0)
        return lisp_bool(m, text[1] == 't');
    reader_fail(g, g->line, g->column, "after # comes t, f or (");
    return NULL;
}

static ouro_obj *reader_token(reading *g, int c) {
    char text[READER_TOKEN];
    size_t n = 0;
    for (text[n++] = (char)c; n < READER_TOKEN && !reader_ends_token(reader_peek(g->r)); n++)
        text[n] = (char)reader_next(g->r);
    if (n == READER_TOKEN || memchr(text, 0, n)) {
        reader_fail(g, g->line, g->column, "a name or number that is too long, or has a zero byte in it");
        return NULL;
    }
    text[n] = 0;
    return reader_word(g, text, n);
}

// ---- lists ----

static int reader_open(reading *g, char kind) {
    if (g->n == g->room) {
        size_t room = g->room ? 2 * g->room : 16;
        open_form *grown = ouro_buf_realloc(g->r->m->rt, g->open, room * sizeof *grown);
        if (!grown)
            return -1;
        g->open = grown;
        g->room = room;
    }
    g->open[g->n++] = (open_form){NULL, NULL, g->line, g->column, kind, 0};
    return 0;
}

// A pair of an expression, which is stolen, and (), at the place at hand.
static ouro_obj *reader_pair(reading *g, ouro_obj *car) {
    lisp *m = g->r->m;
    placed *p = car ? ouro_new_untracked(m->rt, &placed_type, 0) : NULL;
    if (!p) {
        ouro_xdecref(car);
        return NULL;
    }
    *p = (placed){{p->pair.head, car, ouro_incref(m->nil)}, g->line, g->column};
    ouro_track(&p->pair.head);
    return &p->pair.head;
}

// What an open list or vector has become. Returns: new.
static ouro_obj *reader_close(reading *g) {
    lisp *m = g->r->m;
    open_form *f = g->n ? &g->open[g->n - 1] : NULL;
    if (!f || f->kind == '\'' || f->after_dot == 1) {
        reader_fail(g, g->line, g->column, f ? "nothing before )" : ") without (");
        return NULL;
    }
    ouro_obj *list = f->first ? ouro_takeslot(&f->first) : ouro_incref(m->nil);
    g->line = f->line;
    g->column = f->column;
    g->n--;
    return f->kind == '(' ? list : lisp_vector_of(m, list);
}

static int reader_dot(reading *g) {
    open_form *f = g->n ? &g->open[g->n - 1] : NULL;
    if (!f || f->kind != '(' || !f->first || f->after_dot)
        return reader_fail(g, g->line, g->column, "a dot in the wrong place");
    f->after_dot = 1;
    return 0;
}

// Puts a complete expression, which is stolen, at the end of the innermost open list.
static int reader_append(reading *g, open_form *f, ouro_obj *x) {
    if (f->after_dot == 2) {
        ouro_decref(x);
        return reader_fail(g, g->line, g->column, "more than one expression behind a dot");
    }
    if (f->after_dot) {
        f->after_dot = 2;
        ouro_setref_steal(f->last, &((pair *)(void *)f->last)->cdr, x);
        return 0;
    }
    ouro_obj *p = reader_pair(g, x);
    if (!p)
        return -1;
    if (f->last)
        ouro_setref_steal(f->last, &((pair *)(void *)f->last)->cdr, p);
    else
        f->first = p;
    f->last = p;
    return 0;
}

// The innermost open form is a quote, and x, which is stolen, what it quotes: (quote x). Returns: new.
static ouro_obj *reader_quote(reading *g, ouro_obj *x) {
    ouro_obj *rest = reader_pair(g, x);
    g->line = g->open[--g->n].line;
    g->column = g->open[g->n].column;
    ouro_obj *quote = rest ? reader_pair(g, lisp_symbol(g->r->m, "quote")) : NULL;
    if (quote)
        ouro_setref(quote, &((pair *)(void *)quote)->cdr, rest);
    ouro_xdecref(rest);
    return quote;
}

// The expression that begins with c: complete (1, new); or something began or was noted that makes it longer (0); -1.
static int reader_step(reading *g, int c, ouro_obj **x) {
    if (c == '(' || c == '\'')
        return reader_open(g, (char)c);
    if (c == '#' && reader_peek(g->r) == '(') {
        reader_next(g->r);
        return reader_open(g, '[');
    }
    if (c == '.' && reader_ends_token(reader_peek(g->r)))
        return reader_dot(g);
    *x = c == ')' ? reader_close(g) : c == '"' ? reader_string(g) : reader_token(g, c);
    return *x ? 1 : -1;
}

static int reader_form(reading *g, ouro_obj **out) {
    for (;;) {
        ouro_obj *x = NULL;
        int c = reader_begin(g), step = c == EOF ? 0 : reader_step(g, c, &x);
        if (c == EOF && g->n)
            return reader_fail(g, g->open[g->n - 1].line, g->open[g->n - 1].column, "this does not end");
        if (c == EOF || step < 0)
            return step;
        while (x && g->n && g->open[g->n - 1].kind == '\'')
            x = reader_quote(g, x);
        if (step && !x)
            return -1;
        if (x && g->n == 0)
            return (*out = reader_pair(g, x)) ? 1 : -1;
        if (x && reader_append(g, &g->open[g->n - 1], x) < 0)
            return -1;
    }
}

int reader_read(reader *r, ouro_obj **out) {
    reading g = {.r = r};
    int result = reader_form(&g, out);
    if (result < 0)
        vm_note(r->m, ouro_str_data(r->file), g.line, g.column);
    while (g.n)
        ouro_xdecref(g.open[--g.n].first);
    ouro_buf_free(r->m->rt, g.open);
    return result;
}

void reader_skip_line(reader *r) {
    for (int c = 0; c != '\n' && c != EOF;)
        c = reader_next(r);
}

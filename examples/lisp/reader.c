// SPDX-License-Identifier: MIT
// reader.c: from text to data. Nested text is read by functions that call each other, as deep as the C stack allows:
// deeper is an error with a place.
#include "lisp.h"

#include <ctype.h>
#include <string.h>

enum { READER_TOKEN = 4096 }; // bytes that a name or number has less than

static ouro_obj *read_expression(reader *r, int c);

static ouro_obj *reader_fail(reader *r, place at, const char *what) {
    ouro_error_set(r->m->rt, OURO_ERR_VALUE, "%s", what);
    lisp_note(r->m, at);
    return NULL;
}

static int reader_next(reader *r) {
    int c = getc(r->in);
    if (c == '\n') {
        r->next.line++;
        r->next.column = 1;
    } else if ((c & 0xC0) != 0x80) // columns count characters, which have one such byte each
        r->next.column++;
    return c;
}

static int reader_peek(reader *r) {
    return ungetc(getc(r->in), r->in);
}

// The next character that is not blank and not in a comment; the expression at hand begins there.
static int reader_begin(reader *r) {
    for (;;) {
        r->at = r->next;
        int c = reader_next(r);
        if (c == ';')
            while (c != '\n' && c != EOF)
                c = reader_next(r);
        if (c == EOF || !isspace(c))
            return c;
    }
}

static bool reader_ends_token(int c) {
    return c == EOF || isspace(c) || (c && strchr("()'\";", c));
}

// ---- atoms ----

static ouro_obj *read_string(reader *r) {
    place at = r->at;
    ouro_builder b;
    ouro_builder_open(r->m->rt, &b);
    for (int c; (c = reader_next(r)) != '"';) {
        if (c == '\\') {
            c = reader_next(r);
            c = c == 'n' ? '\n' : c == 't' ? '\t' : c;
        }
        if (c == EOF) {
            ouro_builder_close(&b);
            return reader_fail(r, at, "a string that does not end");
        }
        char byte = (char)c;
        (void)ouro_builder_add(&b, &byte, 1); // a failure is remembered, and told at the end
    }
    return ouro_builder_finish(&b);
}

// A number, #t, #f or a symbol.
static ouro_obj *read_word(reader *r, const char *text, size_t n) {
    lisp *m = r->m;
    const char *digit = text + (*text == '-' || *text == '+');
    if (isdigit((unsigned char)*digit) || (*digit == '.' && isdigit((unsigned char)digit[1])))
        return digit[strspn(digit, "0123456789")] ? ouro_float_parse(m->rt, text, n)
                                                  : ouro_int_parse(m->rt, text, n, 10);
    if (strcmp(text, ".") == 0)
        return reader_fail(r, r->at, "a dot in the wrong place");
    if (*text != '#')
        return lisp_symbol(m, text);
    if (strcmp(text, "#t") == 0 || strcmp(text, "#f") == 0)
        return ouro_incref(text[1] == 't' ? m->t : m->f);
    return reader_fail(r, r->at, "after # comes t or f");
}

static ouro_obj *read_token(reader *r, int c) {
    char text[READER_TOKEN];
    size_t n = 0;
    for (text[n++] = (char)c; n < READER_TOKEN && !reader_ends_token(reader_peek(r)); n++)
        text[n] = (char)reader_next(r);
    if (n == READER_TOKEN || memchr(text, 0, n))
        return reader_fail(r, r->at, "a name or number that is too long, or has a zero byte in it");
    text[n] = 0;
    return read_word(r, text, n);
}

// ---- lists ----

static ouro_obj *read_list(reader *r) {
    const place open = r->at;
    ouro_obj *list = ouro_incref(r->m->nil);
    pair *last = NULL;
    for (int c; (c = reader_begin(r)) != ')';) {
        const bool dot = last && c == '.' && reader_ends_token(reader_peek(r));
        const place at = r->at;
        ouro_obj *more =
            c == EOF ? reader_fail(r, open, "this does not end") : read_expression(r, dot ? reader_begin(r) : c);
        if (!dot)
            more = lisp_cons(r->m, more, r->m->nil, at);
        if (last && more)
            ouro_setref_steal(&last->head, &last->cdr, more);
        else if (!last)
            ouro_setslot_steal(&list, more);
        if (more && dot && reader_begin(r) != ')')
            more = reader_fail(r, r->at, "more than one expression behind a dot");
        if (!more)
            ouro_setslot(&list, NULL);
        if (!more || dot)
            break;
        last = lisp_pair(more);
    }
    return list;
}

// What follows a quote: (quote x).
static ouro_obj *read_quote(reader *r) {
    const place at = r->at;
    ouro_obj *rest = lisp_cons(r->m, read_expression(r, reader_begin(r)), r->m->nil, at);
    ouro_obj *quote = rest ? lisp_cons(r->m, lisp_symbol(r->m, "quote"), rest, at) : NULL;
    ouro_xdecref(rest);
    return quote;
}

// The expression that begins with c.
static ouro_obj *read_expression(reader *r, int c) {
    if (lisp_depth(r->m) < 0)
        return NULL;
    switch (c) {
    case EOF:
        return reader_fail(r, r->at, "the text ends here");
    case ')':
        return reader_fail(r, r->at, "nothing before )");
    case '(':
        return read_list(r);
    case '\'':
        return read_quote(r);
    case '"':
        return read_string(r);
    default:
        return read_token(r, c);
    }
}

// ---- whole texts ----

int reader_read(reader *r, ouro_obj **out) {
    int c = reader_begin(r);
    const place at = r->at;
    *out = NULL;
    if (c == EOF)
        return 0;
    *out = c == ')' ? reader_fail(r, at, ") without (") : lisp_cons(r->m, read_expression(r, c), r->m->nil, at);
    if (!*out)
        lisp_note(r->m, r->at);
    return *out ? 1 : -1;
}

int reader_step(reader *r, ouro_obj **value) {
    ouro_obj *at;
    int more = reader_read(r, &at);
    if (more <= 0)
        return more;
    *value = eval(r->m, lisp_pair(at), r->m->nil);
    ouro_decref(at);
    return *value ? 1 : -1;
}

int reader_run(lisp *m, FILE *in, const char *name) {
    reader r = {m, in, {name, 1, 1}, {name, 1, 1}};
    ouro_obj *value;
    int more;
    while ((more = reader_step(&r, &value)) == 1)
        ouro_decref(value);
    return more;
}

void reader_skip_line(reader *r) {
    for (int c = 0; c != '\n' && c != EOF;)
        c = reader_next(r);
}

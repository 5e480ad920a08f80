// SPDX-License-Identifier: MIT
// reader.c: from text to data. Nested text is read by functions that call each other, as deep as the C stack allows:
// deeper is an error with a place.
#include "lisp.h"

#include <ctype.h>
#include <string.h>

static ouro_obj *read_expression(reader *r, int c);

static ouro_obj *reader_fail(reader *r, const char *what) {
    lisp_fail(r->m, what, "");
    lisp_note(r->m, r->at);
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

static bool reader_ends_word(reader *r) {
    int c = ungetc(getc(r->in), r->in);
    return c == EOF || isspace(c) || (c && strchr("()'`,\";", c));
}

static void read_byte(ouro_builder *b, int c) {
    const char byte = (char)c;
    (void)ouro_builder_add(b, &byte, 1); // a failure is remembered, and told at the end
}

static ouro_obj *read_string(reader *r) {
    ouro_builder b;
    ouro_builder_open(r->m->rt, &b);
    for (int c; (c = reader_next(r)) != '"'; read_byte(&b, c)) {
        if (c == '\\') {
            c = reader_next(r);
            c = c == 'n' ? '\n' : c == 't' ? '\t' : c;
        }
        if (c == EOF) {
            ouro_builder_close(&b);
            return reader_fail(r, "a string that does not end");
        }
    }
    return ouro_builder_finish(&b);
}

// A number, #t, #f or a symbol.
static ouro_obj *read_atom(reader *r, const char *text, size_t n) {
    lisp *m = r->m;
    const char *digit = text + (*text == '-' || *text == '+');
    if (strlen(text) != n)
        return reader_fail(r, "a zero byte in a name or number");
    if (isdigit((unsigned char)*digit) || (*digit == '.' && isdigit((unsigned char)digit[1])))
        return digit[strspn(digit, "0123456789")] ? ouro_float_parse(m->rt, text, n)
                                                  : ouro_int_parse(m->rt, text, n, 10);
    if (strcmp(text, ".") == 0)
        return reader_fail(r, "a dot in the wrong place");
    if (*text != '#' || strcmp(text, "#t") == 0 || strcmp(text, "#f") == 0)
        return lisp_symbol(m, text);
    return reader_fail(r, "after # comes t or f");
}

static ouro_obj *read_word(reader *r, int c) {
    ouro_builder b;
    ouro_builder_open(r->m->rt, &b);
    for (read_byte(&b, c); !reader_ends_word(r);)
        read_byte(&b, reader_next(r));
    ouro_obj *text = ouro_builder_finish(&b);
    ouro_obj *atom = text ? read_atom(r, ouro_str_data(text), ouro_str_size(text)) : NULL;
    ouro_xdecref(text);
    return atom;
}

// What is left of a list: with what is behind a dot it ends. All of it begins at `begin`, if anything does.
static ouro_obj *read_elements(reader *r, const place *begin) {
    int c = reader_begin(r);
    const place at = begin ? *begin : r->at;
    const bool dot = !begin && c == '.' && reader_ends_word(r);
    if (c == ')')
        return ouro_incref(r->m->nil);
    if (c == EOF)
        return lisp_fail(r->m, "this does not end", "");
    ouro_obj *first = read_expression(r, dot ? reader_begin(r) : c);
    if (!dot)
        return lisp_cons(r->m, first, first ? read_elements(r, NULL) : NULL, at);
    if (!first || reader_begin(r) == ')')
        return first;
    ouro_decref(first);
    return reader_fail(r, "more than one expression behind a dot");
}

static ouro_obj *read_list(reader *r) {
    const place begin = r->at;
    ouro_obj *list = read_elements(r, &begin);
    if (!list)
        lisp_note(r->m, begin); // unless something in it is wrong
    return list;
}

// 'x is (quote x); the others are for macros: `x, ,x and ,@x.
static ouro_obj *read_quoted(reader *r, int c) {
    const char *name = c == '\'' ? "quote" : c == '`' ? "quasiquote" : "unquote";
    const place at = r->at;
    if (c == ',' && ungetc(getc(r->in), r->in) == '@') {
        name = "unquote-splicing";
        reader_next(r);
    }
    ouro_obj *rest = lisp_cons(r->m, read_expression(r, reader_begin(r)), ouro_incref(r->m->nil), at);
    return lisp_cons(r->m, rest ? lisp_symbol(r->m, name) : NULL, rest, at);
}

// The expression that begins with c.
static ouro_obj *read_expression(reader *r, int c) {
    if (lisp_depth(r->m) < 0)
        return NULL;
    if (c == EOF || c == ')')
        return reader_fail(r, c == EOF ? "this does not end" : "nothing before )");
    if (c == '\'' || c == '`' || c == ',')
        return read_quoted(r, c);
    return c == '(' ? read_list(r) : c == '"' ? read_string(r) : read_word(r, c);
}

int reader_read(reader *r, ouro_obj **out) {
    int c = reader_begin(r);
    const place at = r->at;
    *out = NULL;
    if (c == EOF)
        return 0;
    ouro_obj *read = c == ')' ? reader_fail(r, ") without (") : read_expression(r, c);
    *out = lisp_cons(r->m, read, ouro_incref(r->m->nil), at);
    if (!*out)
        lisp_note(r->m, r->at);
    return *out ? 1 : -1;
}

void reader_skip_line(reader *r) {
    for (int c = 0; c != '\n' && c != EOF;)
        c = reader_next(r);
}

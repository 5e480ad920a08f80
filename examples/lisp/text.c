// SPDX-License-Identifier: MIT
// text.c: builtin functions on strings and symbols, and output; and what is better written in Lisp.
#include "lisp.h"

#include <string.h>

// ---- strings ----

static ouro_obj *string_length(const call *c) {
    return ouro_int_new(c->m->rt, (int64_t)ouro_str_length(c->args[0]));
}

static ouro_obj *string_append(const call *c) {
    ouro_builder b;
    ouro_builder_open(c->m->rt, &b);
    for (size_t i = 0; i < c->n; i++)
        (void)ouro_builder_str(&b, c->args[i]); // the builder remembers a failure
    return ouro_builder_finish(&b);
}

static ouro_obj *string_part(const call *c) {
    int64_t start = ouro_int_word(c->args[1]), length = (int64_t)ouro_str_length(c->args[0]);
    int64_t stop = c->n == 3 ? ouro_int_word(c->args[2]) : length;
    if (start >= 0 && start <= stop && stop <= length)
        return ouro_str_slice(c->m->rt, c->args[0], (ptrdiff_t)start, (ptrdiff_t)stop);
    ouro_error_set(c->m->rt, OURO_ERR_INDEX, "substring: no such part");
    return NULL;
}

static ouro_obj *string_less(const call *c) {
    return lisp_bool(c->m, ouro_str_compare(c->args[0], c->args[1]) < 0);
}

// Its parts between separators, a list.
static ouro_obj *string_split(const call *c) {
    ouro_obj *row = ouro_str_split(c->m->rt, c->args[0], c->n == 2 ? c->args[1] : NULL);
    ouro_obj *list = row ? lisp_list(c->m, row) : NULL;
    ouro_xdecref(row);
    return list;
}

static ouro_obj *string_symbol(const call *c) {
    if (memchr(ouro_str_data(c->args[0]), 0, ouro_str_size(c->args[0]))) {
        ouro_error_set(c->m->rt, OURO_ERR_VALUE, "string->symbol: a zero byte");
        return NULL;
    }
    return lisp_symbol(c->m, ouro_str_data(c->args[0]));
}

static ouro_obj *symbol_string(const call *c) {
    return ouro_incref(((symbol *)(void *)c->args[0])->name);
}

// What is no number gives #f.
static ouro_obj *string_number(const call *c) {
    const char *text = ouro_str_data(c->args[0]);
    size_t n = ouro_str_size(c->args[0]);
    ouro_obj *number = ouro_int_parse(c->m->rt, text, n, 10);
    if (!number && ouro_error_code(c->m->rt) == OURO_ERR_VALUE) {
        ouro_error_clear(c->m->rt);
        number = ouro_float_parse(c->m->rt, text, n);
    }
    if (number || ouro_error_code(c->m->rt) != OURO_ERR_VALUE)
        return number;
    ouro_error_clear(c->m->rt);
    return ouro_incref(c->m->f);
}

static ouro_obj *text_written(const call *c) {
    return lisp_text(c->m, c->args[0], true);
}

// ---- output ----

static ouro_obj *output_put(const call *c, ouro_obj *text) {
    if (!text)
        return NULL;
    size_t n = ouro_str_size(text), put = fwrite(ouro_str_data(text), 1, n, stdout);
    ouro_decref(text);
    if (put == n)
        return ouro_incref(c->m->nothing);
    ouro_error_set(c->m->rt, OURO_ERR_IO, "cannot write");
    return NULL;
}

static ouro_obj *output_display(const call *c) {
    return output_put(c, lisp_text(c->m, c->args[0], false));
}

static ouro_obj *output_write(const call *c) {
    return output_put(c, lisp_text(c->m, c->args[0], true));
}

static ouro_obj *output_newline(const call *c) {
    return output_put(c, ouro_str_from(c->m->rt, "\n"));
}

const builtin text_table[] = {
    {"string-length", string_length, 1, 1, "s", 0, NEVER},
    {"string-append", string_append, 0, OURO_ANY, "s", 0, NEVER},
    {"substring", string_part, 2, 3, "si", 0, NEVER},
    {"string<?", string_less, 2, 2, "s", 0, NEVER},
    {"string-split", string_split, 1, 2, "s", 0, NEVER},
    {"string->symbol", string_symbol, 1, 1, "s", 0, NEVER},
    {"symbol->string", symbol_string, 1, 1, "y", 0, NEVER},
    {"string->number", string_number, 1, 1, "s", 0, NEVER},
    {"number->string", text_written, 1, 1, "n", 0, NEVER},
    {"object->string", text_written, 1, 1, "", 0, NEVER},
    {"display", output_display, 1, 1, "", 0, NEVER},
    {"write", output_write, 1, 1, "", 0, NEVER},
    {"newline", output_newline, 0, 0, "", 0, NEVER},
    {NULL, NULL, 0, 0, NULL, 0, 0},
};

const char text_prelude[] =
    "(define (quotient a b)"
    "  (if (eq? (< a 0) (< b 0)) (floor-quotient a b) (- (floor-quotient (- a) b))))\n"
    "(define (remainder a b) (- a (* b (quotient a b))))\n"
    "(define (abs x) (if (< x 0) (- x) x))\n"
    "(define (fold f result list)"
    "  (if (null? list) result (fold f (f (car list) result) (cdr list))))\n"
    "(define (min x . more) (fold (lambda (a b) (if (< a b) a b)) x more))\n"
    "(define (max x . more) (fold (lambda (a b) (if (> a b) a b)) x more))\n"
    "(define (string=? a b) (equal? a b))\n"
    "(define (cadr x) (car (cdr x)))\n"
    "(define (cddr x) (cdr (cdr x)))\n"
    "(define (caddr x) (car (cddr x)))\n"
    "(define (reverse list) (fold cons '() list))\n"
    "(define (append-two a b) (fold cons b (reverse a)))\n"
    "(define (append . lists)"
    "  (let ((lists (reverse lists)))"
    "    (if (null? lists) '() (fold append-two (car lists) (cdr lists)))))\n"
    "(define (list-tail list n) (if (= n 0) list (list-tail (cdr list) (- n 1))))\n"
    "(define (list-ref list n) (car (list-tail list n)))\n"
    "(define (for-each f list) (unless (null? list) (f (car list)) (for-each f (cdr list))))\n"
    "(define (map-one f list) (reverse (fold (lambda (x done) (cons (f x) done)) '() list)))\n"
    "(define (map f list . more)"
    "  (if (null? more)"
    "      (map-one f list)"
    "      (let loop ((lists (cons list more)) (done '()))"
    "        (if (memq #t (map-one null? lists))"
    "            (reverse done)"
    "            (loop (map-one cdr lists) (cons (apply f (map-one car lists)) done))))))\n"
    "(define (filter keep list)"
    "  (reverse (fold (lambda (x done) (if (keep x) (cons x done) done)) '() list)))\n"
    "(define (memq x list) (cond ((null? list) #f) ((eq? x (car list)) list) (else (memq x (cdr list)))))\n"
    "(define (member x list) (cond ((null? list) #f) ((equal? x (car list)) list) (else (member x (cdr list)))))\n"
    "(define (assq x list) (cond ((null? list) #f) ((eq? x (car (car list))) (car list)) (else (assq x (cdr list)))))\n"
    "(define (assoc x list)"
    "  (cond ((null? list) #f) ((equal? x (car (car list))) (car list)) (else (assoc x (cdr list)))))\n";

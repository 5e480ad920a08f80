// SPDX-License-Identifier: MIT
// stock.c: two million trades (symbol, quantity, price, time): a list of instances, a list of tuples, four typed arrays
// as columns, or one n-d array. The first table shows what columns save; the others where they lose: where rows are
// wanted as objects, which then have to be made, and where there are few rows in each of many tables.
//
// The work on the whole: the volume of each symbol, the turnover, the mean, the least and the greatest price, and the
// greatest average of five prices that follow each other. Numbers are added up in C in each way, so what differs is how
// they are come by: an interpreter on top would make the difference larger, since to it each number is an object.
#include "study.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define TRADES ((size_t)2000000)
#define SYMBOLS 50
#define WINDOW 5
#define SMALL_TRADES 8 // in each of the small tables
#define ROUNDS 10      // in which each row is wanted

enum { SYMBOL, QUANTITY, PRICE, TIME, FIELDS };

typedef struct trade {
    int64_t symbol, quantity, time;
    double price;
} trade;

// What the work finds; the same in each way.
typedef struct findings {
    double volume[SYMBOLS], turnover, mean, least, most, average;
} findings;

typedef struct stock {
    study study;
    ouro_obj *symbols;       // a tuple of strs
    ouro_obj *numbers;       // a dict: where each lies in it
    ouro_obj *names[FIELDS]; // of attributes, interned
    ouro_obj *trade_class;   // NULL but for instances
    ouro_obj *data[FIELDS];  // a list, the columns, or the n-d array
    uint64_t seed;
} stock;

// ---- trades, the same in each way ----

static trade trade_next(stock *s, size_t i) {
    uint64_t w = study_random(&s->seed);
    return (trade){(int64_t)(w % SYMBOLS), (int64_t)(w >> 8 & 1023) + 1, 1600000000 + (int64_t)i,
                   10 + (double)(w >> 40) / 65536.0};
}

static void stock_open(stock *s) {
    static const char *const names[FIELDS] = {"symbol", "quantity", "price", "time"};
    ouro_obj *symbols[SYMBOLS];
    *s = (stock){.seed = 42};
    study_begin(&s->study);
    ouro_rt *rt = s->study.rt;
    study_need(rt, (s->numbers = ouro_dict_new(rt)) != NULL);
    for (int i = 0; i < SYMBOLS; i++) {
        char text[16];
        snprintf(text, sizeof text, "SYM%02d", i);
        study_need(rt, (symbols[i] = ouro_str_from(rt, text)) != NULL);
        study_need(rt, ouro_dict_set(rt, s->numbers, symbols[i], ouro_int_new(rt, i)) == 0); // a small int
    }
    study_need(rt, (s->symbols = ouro_tuple_new_steal(rt, symbols, SYMBOLS)) != NULL);
    for (int i = 0; i < FIELDS; i++)
        study_need(rt, (s->names[i] = ouro_intern(rt, names[i])) != NULL);
}

static study_cost stock_close(stock *s) {
    ouro_setslot(&s->symbols, NULL);
    ouro_setslot(&s->numbers, NULL);
    ouro_setslot(&s->trade_class, NULL);
    for (int i = 0; i < FIELDS; i++) {
        ouro_setslot(&s->names[i], NULL);
        ouro_setslot(&s->data[i], NULL);
    }
    return study_end(&s->study);
}

// The four fields as objects (new).
static void trade_box(stock *s, const trade *t, ouro_obj **fields) {
    ouro_rt *rt = s->study.rt;
    fields[SYMBOL] = ouro_incref(ouro_tuple_peek(s->symbols, (size_t)t->symbol));
    study_need(rt, (fields[QUANTITY] = ouro_int_new(rt, t->quantity)) != NULL);
    study_need(rt, (fields[PRICE] = ouro_float_new(rt, t->price)) != NULL);
    study_need(rt, (fields[TIME] = ouro_int_new(rt, t->time)) != NULL);
}

static ouro_obj *trade_tuple(stock *s, const trade *t) {
    ouro_obj *fields[FIELDS], *o;
    trade_box(s, t, fields);
    study_need(s->study.rt, (o = ouro_tuple_new_steal(s->study.rt, fields, FIELDS)) != NULL);
    return o;
}

// ---- making: rows ----

static void make_tuples(stock *s, size_t n) {
    ouro_rt *rt = s->study.rt;
    study_need(rt, (s->data[0] = ouro_list_new(rt, NULL, 0)) != NULL);
    for (size_t i = 0; i < n; i++) {
        trade t = trade_next(s, i);
        study_need(rt, ouro_list_append_steal(rt, s->data[0], trade_tuple(s, &t)) == 0);
    }
}

static void make_rows(stock *s, size_t n, ouro_obj *slots) {
    ouro_rt *rt = s->study.rt;
    study_need(rt, (s->trade_class = ouro_class_new(rt, "Trade", NULL, slots)) != NULL);
    study_need(rt, (s->data[0] = ouro_list_new(rt, NULL, 0)) != NULL);
    for (size_t i = 0; i < n; i++) {
        trade t = trade_next(s, i);
        ouro_obj *fields[FIELDS], *o = ouro_instance_new(rt, s->trade_class, NULL);
        study_need(rt, o != NULL);
        trade_box(s, &t, fields);
        for (int k = 0; k < FIELDS; k++) {
            study_need(rt, ouro_set_attr(rt, o, s->names[k], fields[k]) == 0);
            ouro_decref(fields[k]);
        }
        study_need(rt, ouro_list_append_steal(rt, s->data[0], o) == 0);
    }
}

static void make_instances(stock *s, size_t n) {
    make_rows(s, n, NULL);
}

static void make_slotted(stock *s, size_t n) {
    ouro_obj *slots = ouro_tuple_new(s->study.rt, s->names, FIELDS);
    study_need(s->study.rt, slots != NULL);
    make_rows(s, n, slots);
    ouro_decref(slots);
}

// ---- making: columns ----

static void make_columns(stock *s, size_t n) {
    static const ouro_dtype dtypes[FIELDS] = {OURO_UINT8, OURO_INT32, OURO_FLOAT64, OURO_INT64};
    ouro_rt *rt = s->study.rt;
    for (int k = 0; k < FIELDS; k++)
        study_need(rt, (s->data[k] = ouro_array_new(rt, dtypes[k], NULL, 0)) != NULL);
    for (size_t i = 0; i < n; i++) {
        trade t = trade_next(s, i);
        uint8_t symbol = (uint8_t)t.symbol;
        int32_t quantity = (int32_t)t.quantity;
        study_need(rt, ouro_array_add(rt, s->data[SYMBOL], &symbol, 1) == 0);
        study_need(rt, ouro_array_add(rt, s->data[QUANTITY], &quantity, 1) == 0);
        study_need(rt, ouro_array_add(rt, s->data[PRICE], &t.price, 1) == 0);
        study_need(rt, ouro_array_add(rt, s->data[TIME], &t.time, 1) == 0);
    }
}

// One row for each field; all become float64.
static void make_ndarray(stock *s, size_t n) {
    ouro_rt *rt = s->study.rt;
    size_t shape[] = {FIELDS, n};
    study_need(rt, (s->data[0] = ouro_ndarray_blank(rt, OURO_FLOAT64, 2, shape)) != NULL);
    double *at = ouro_ndarray_data_peek(s->data[0]);
    for (size_t i = 0; i < n; i++) {
        trade t = trade_next(s, i);
        at[SYMBOL * n + i] = (double)t.symbol;
        at[QUANTITY * n + i] = (double)t.quantity;
        at[PRICE * n + i] = t.price;
        at[TIME * n + i] = (double)t.time;
    }
}

// ---- the work, trade by trade ----

static int64_t symbol_number(stock *s, ouro_obj *symbol) {
    ouro_obj *number;
    study_need(s->study.rt, ouro_dict_get(s->study.rt, s->numbers, symbol, &number) == 1);
    int64_t value = ouro_int_word(number);
    ouro_decref(number);
    return value;
}

// Symbol, quantity and price of row i; the time is not needed.
typedef trade (*trade_reader)(stock *s, size_t i);

static trade read_tuple(stock *s, size_t i) {
    const ouro_obj *row = ouro_list_peek(s->data[0], i);
    return (trade){.symbol = symbol_number(s, ouro_tuple_peek(row, SYMBOL)),
                   .quantity = ouro_int_word(ouro_tuple_peek(row, QUANTITY)),
                   .price = ouro_float_value(ouro_tuple_peek(row, PRICE))};
}

static ouro_obj *row_field(stock *s, ouro_obj *row, int k) {
    ouro_obj *value = ouro_get_attr(s->study.rt, row, s->names[k]);
    study_need(s->study.rt, value != NULL);
    return value;
}

static trade read_instance(stock *s, size_t i) {
    ouro_obj *row = ouro_list_peek(s->data[0], i), *symbol = row_field(s, row, SYMBOL);
    ouro_obj *quantity = row_field(s, row, QUANTITY), *price = row_field(s, row, PRICE);
    trade t = {
        .symbol = symbol_number(s, symbol), .quantity = ouro_int_word(quantity), .price = ouro_float_value(price)};
    ouro_decref(symbol);
    ouro_decref(quantity);
    ouro_decref(price);
    return t;
}

// One pass over the rows, as a program would write it.
static void use_rows(stock *s, size_t n, findings *f, trade_reader read) {
    double sum = 0, last[WINDOW] = {0};
    *f = (findings){.least = INFINITY, .most = -INFINITY, .average = -INFINITY};
    for (size_t i = 0; i < n; i++) {
        trade t = read(s, i);
        f->volume[t.symbol] += (double)t.quantity;
        f->turnover += (double)t.quantity * t.price;
        f->mean += t.price / (double)n;
        f->least = fmin(f->least, t.price);
        f->most = fmax(f->most, t.price);
        sum += t.price - last[i % WINDOW];
        last[i % WINDOW] = t.price;
        if (i + 1 >= WINDOW)
            f->average = fmax(f->average, sum / WINDOW);
    }
}

static void use_tuples(stock *s, size_t n, findings *f) {
    use_rows(s, n, f, read_tuple);
}

static void use_instances(stock *s, size_t n, findings *f) {
    use_rows(s, n, f, read_instance);
}

// ---- the work, column by column ----

// What ouro_ndarray_... gave, as a number (o is stolen).
static double number_of(ouro_rt *rt, ouro_obj *o) {
    double value = 0;
    study_need(rt, o && ouro_float_get(rt, o, &value) == 0);
    ouro_decref(o);
    return value;
}

// The greatest average of prices that follow each other.
static double greatest_average(const double *price, size_t n) {
    double most = -INFINITY;
    for (size_t i = 0; i + WINDOW <= n; i++) {
        double sum = 0;
        for (size_t k = 0; k < WINDOW; k++)
            sum += price[i + k];
        most = sum > most ? sum : most;
    }
    return most / WINDOW;
}

static void use_prices(stock *s, size_t n, findings *f, ouro_obj *quantity, ouro_obj *price) {
    ouro_rt *rt = s->study.rt;
    f->turnover = number_of(rt, ouro_ndarray_dot(rt, quantity, price));
    f->mean = number_of(rt, ouro_ndarray_mean(rt, price, OURO_ALL_AXES));
    f->least = number_of(rt, ouro_ndarray_min(rt, price, OURO_ALL_AXES));
    f->most = number_of(rt, ouro_ndarray_max(rt, price, OURO_ALL_AXES));
    f->average = greatest_average(ouro_ndarray_data_peek(price), n);
}

// Typed arrays are looked at where they are: by pointers, and as n-d arrays that share their memory.
static void use_columns(stock *s, size_t n, findings *f) {
    ouro_rt *rt = s->study.rt;
    const uint8_t *symbol = ouro_array_data_peek(s->data[SYMBOL]);
    const int32_t *quantity = ouro_array_data_peek(s->data[QUANTITY]);
    ouro_obj *quantities = ouro_ndarray_over(rt, s->data[QUANTITY]), *prices = ouro_ndarray_over(rt, s->data[PRICE]);
    study_need(rt, quantities && prices);
    *f = (findings){.turnover = 0};
    for (size_t i = 0; i < n; i++)
        f->volume[symbol[i]] += quantity[i];
    use_prices(s, n, f, quantities, prices);
    ouro_decref(quantities);
    ouro_decref(prices);
}

static void use_ndarray(stock *s, size_t n, findings *f) {
    ouro_rt *rt = s->study.rt;
    ouro_obj *quantity = ouro_ndarray_pick(rt, s->data[0], 0, QUANTITY);
    ouro_obj *price = ouro_ndarray_pick(rt, s->data[0], 0, PRICE);
    study_need(rt, quantity && price);
    const double *symbols = ouro_ndarray_data_peek(s->data[0]), *quantities = ouro_ndarray_data_peek(quantity);
    *f = (findings){.turnover = 0};
    for (size_t i = 0; i < n; i++)
        f->volume[(int)symbols[i]] += quantities[i];
    use_prices(s, n, f, quantity, price);
    ouro_decref(quantity);
    ouro_decref(price);
}

// ---- rows as objects ----

static ouro_obj *row_kept(stock *s, size_t i) {
    return ouro_incref(ouro_list_peek(s->data[0], i));
}

static ouro_obj *row_of_columns(stock *s, size_t i) {
    ouro_rt *rt = s->study.rt;
    ouro_obj *fields[FIELDS], *row;
    fields[SYMBOL] = ouro_incref(ouro_tuple_peek(s->symbols, ((uint8_t *)ouro_array_data_peek(s->data[SYMBOL]))[i]));
    for (int k = QUANTITY; k < FIELDS; k++)
        study_need(rt, (fields[k] = ouro_array_get(rt, s->data[k], (ptrdiff_t)i)) != NULL);
    study_need(rt, (row = ouro_tuple_new_steal(rt, fields, FIELDS)) != NULL);
    return row;
}

static ouro_obj *row_of_ndarray(stock *s, size_t i) {
    const double *at = ouro_ndarray_data_peek(s->data[0]);
    size_t n = ouro_ndarray_shape(s->data[0])[1];
    trade t = {(int64_t)at[SYMBOL * n + i], (int64_t)at[QUANTITY * n + i], (int64_t)at[TIME * n + i],
               at[PRICE * n + i]};
    return trade_tuple(s, &t);
}

// ---- the ways ----

typedef struct stock_way {
    const char *name;
    void (*make)(stock *s, size_t n);
    void (*use)(stock *s, size_t n, findings *f);
    ouro_obj *(*row)(stock *s, size_t i);
} stock_way;

static const stock_way ways[] = {
    {"instances, attributes as they come", make_instances, use_instances, row_kept},
    {"instances, fixed slots", make_slotted, use_instances, row_kept},
    {"tuples", make_tuples, use_tuples, row_kept},
    {"typed arrays, one for each field", make_columns, use_columns, row_of_columns},
    {"one n-d array of float64", make_ndarray, use_ndarray, row_of_ndarray},
};
#define WAYS (sizeof ways / sizeof *ways)

static int near(double a, double b) {
    return fabs(a - b) <= 1e-9 * fabs(b);
}

// All ways have to find the same.
static void findings_same(int same) {
    if (same)
        return;
    fprintf(stderr, "studies: stock: two ways have found different things\n");
    exit(1);
}

static void findings_check(const findings *f, const findings *first) {
    int same = near(f->turnover, first->turnover) && near(f->mean, first->mean) && f->least == first->least &&
               f->most == first->most && near(f->average, first->average);
    for (int i = 0; i < SYMBOLS; i++)
        same &= f->volume[i] == first->volume[i];
    findings_same(same);
}

static void stock_whole(size_t n) {
    study_cost first = {0};
    findings expected;
    printf("\n(%zu trades)", n);
    study_head("stock: the work on whole columns");
    for (size_t k = 0; k < WAYS; k++) {
        stock s;
        findings f;
        stock_open(&s);
        ways[k].make(&s, n);
        study_made(&s.study);
        ways[k].use(&s, n, k ? &f : &expected);
        study_cost cost = stock_close(&s);
        first = k ? first : cost;
        findings_check(k ? &f : &expected, &expected);
        study_row(ways[k].name, &cost, &first);
    }
}

// Each row in turn as an object, from which one number is read.
static void stock_by_rows(size_t n) {
    study_cost first = {0};
    int64_t expected = 0;
    study_head("stock: each row wanted as an object, ten times");
    for (size_t k = 2; k < WAYS; k++) {
        stock s;
        int64_t sum = 0;
        stock_open(&s);
        ways[k].make(&s, n);
        study_made(&s.study);
        for (size_t i = 0; i < n * ROUNDS; i++) {
            ouro_obj *row = ways[k].row(&s, i % n);
            double quantity;
            study_need(s.study.rt, ouro_float_get(s.study.rt, ouro_tuple_peek(row, QUANTITY), &quantity) == 0);
            sum += (int64_t)quantity;
            ouro_decref(row);
        }
        study_cost cost = stock_close(&s);
        if (k == 2)
            first = cost, expected = sum;
        findings_same(sum == expected);
        study_row(ways[k].name, &cost, &first);
    }
}

// A table for each customer, of a few trades: what a column costs besides its elements has to be paid each time.
static void stock_small(size_t tables) {
    study_cost first = {0};
    double expected = 0;
    study_head("stock: many tables of eight rows");
    for (size_t k = 2; k < WAYS; k++) {
        stock s;
        double turnover = 0;
        stock_open(&s);
        ouro_rt *rt = s.study.rt;
        ouro_obj *all = ouro_list_new(rt, NULL, 0);
        study_need(rt, all != NULL);
        for (size_t i = 0; i < tables; i++) {
            ways[k].make(&s, SMALL_TRADES);
            study_need(rt, ouro_list_append_steal(rt, all, ouro_tuple_new(rt, s.data, s.data[1] ? FIELDS : 1)) == 0);
            for (int j = 0; j < FIELDS; j++)
                ouro_setslot(&s.data[j], NULL);
        }
        study_made(&s.study);
        for (size_t i = 0; i < tables; i++) {
            findings f;
            ouro_obj *table = ouro_list_peek(all, i);
            for (size_t j = 0; j < ouro_tuple_size(table); j++)
                ouro_setslot(&s.data[j], ouro_tuple_peek(table, j));
            ways[k].use(&s, SMALL_TRADES, &f);
            turnover += f.turnover;
        }
        ouro_decref(all);
        study_cost cost = stock_close(&s);
        if (k == 2)
            first = cost, expected = turnover;
        findings_same(near(turnover, expected));
        study_row(ways[k].name, &cost, &first);
    }
}

void study_stock(size_t part) {
    stock_whole(TRADES / part);
    stock_by_rows(TRADES / part / 4);
    stock_small(TRADES / part / 20);
}

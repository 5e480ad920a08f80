// SPDX-License-Identifier: MIT
// prices.c: orders whose lines hold a price, read from a catalogue: with a cache, lines with the same product share
// one. Three tables: what that saves, and two ways to lose by it: keys that never come again, and a cached method that
// keeps its instance.
//
// A *price* is an instance with seven attributes, of 300 bytes or so with all that it holds. To read one is work: the
// catalogue is text, its records are found by scanning a page of it, and their fields are parsed.
//
// Look at: the bytes follow the hits, and a cache costs less than 1 % of what it saves; weak values cost it three
// times as much, but it can never be what keeps a price. Without hits all this is reversed: an unbounded cache only
// grows, a bounded one costs the time to fill it, and none is best. A cached method keeps the instances that it was
// asked of, however large they are; a cache in the instance goes with it, when the collector finds the cycle.
#include "study.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PRODUCTS ((size_t)3000)
#define LINES ((size_t)100000)
#define LINES_PER_ORDER 5
#define PAGE 32 // records
#define FIELDS 7

static const char *const field_names[FIELDS] = {"product", "cents", "vat", "name", "currency", "unit", "shelf"};

typedef struct prices {
    study study;
    size_t products, lines;
    ouro_obj *names[FIELDS]; // interned
    ouro_obj *price_class;
    ouro_obj *look_up; // the way: a callable
    ouro_obj *orders;  // a list of lists of tuples of a price and a number
    size_t hand_capacity;
    uint64_t hits, misses, seed;
    int64_t total;
} prices;

// ---- the catalogue: text, the same for all ways; no runtime counts it ----

static char *catalogue;
static size_t *page_at;

static void catalogue_open(size_t products) {
    static const char *const things[] = {"Espresso cups", "Garden hose", "Notebook, ruled", "Walnut oil"};
    size_t room = products * 160, at = 0;
    catalogue = malloc(room);
    page_at = malloc((products / PAGE + 1) * sizeof *page_at);
    if (!catalogue || !page_at)
        exit(1);
    for (size_t i = 0; i < products; i++) {
        if (i % PAGE == 0)
            page_at[i / PAGE] = at;
        at += (size_t)snprintf(catalogue + at, room - at,
                               "%zu|%zu|19.0|%s, article %06zu, for the home and for the office|EUR|piece|hall %zu\n",
                               i, 199 + i * 7 % 9000, things[i % 4], i * 7919 % 1000000, i % 12);
    }
}

static void catalogue_close(void) {
    free(catalogue);
    free(page_at);
}

static const char *catalogue_find(size_t product) {
    const char *at = catalogue + page_at[product / PAGE];
    while (strtoull(at, NULL, 10) != product)
        at = strchr(at, '\n') + 1;
    return at;
}

// ---- reading a price ----

// The field that begins at *at, which moves behind it. Returns: new; NULL on failure.
static ouro_obj *field_read(ouro_rt *rt, size_t field, const char **at) {
    size_t n = strcspn(*at, "|\n");
    const char *text = *at;
    *at += n + 1;
    if (field < 2)
        return ouro_int_parse(rt, text, n, 10);
    return field == 2 ? ouro_float_new(rt, strtod(text, NULL)) : ouro_str_new(rt, text, n);
}

// def read(product, ...): the price by what stands in the catalogue; `product` becomes an attribute of it.
static ouro_obj *price_read(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self, (void)n, (void)kwnames;
    const prices *p = ouro_rt_user(rt);
    const char *at = catalogue_find((size_t)ouro_int_word(args[0]));
    ouro_obj *price = ouro_instance_new(rt, p->price_class, NULL);
    for (size_t i = 0; price && i < FIELDS; i++) {
        ouro_obj *value = field_read(rt, i, &at);
        if (!value || ouro_set_attr(rt, price, p->names[i], i ? value : args[0]) < 0)
            ouro_setslot_steal(&price, NULL);
        ouro_xdecref(value);
    }
    return price;
}

// ---- the ways to look a price up; each makes a callable. Returns: new ----

typedef struct way {
    const char *name;
    ouro_obj *(*make)(prices *p, size_t capacity, unsigned options);
    size_t capacity;
    unsigned options;
} way;

static ouro_obj *way_none(prices *p, size_t capacity, unsigned options) {
    (void)capacity, (void)options;
    return ouro_native_new(p->study.rt, "read", price_read, NULL, 1, 2);
}

static ouro_obj *way_lru(prices *p, size_t capacity, unsigned options) {
    ouro_obj *cache = ouro_lru_new(p->study.rt, capacity, options), *f = way_none(p, 0, 0);
    study_need(p->study.rt, cache && f);
    ouro_obj *cached = ouro_cached_new(p->study.rt, f, cache);
    ouro_decref(cache);
    ouro_decref(f);
    return cached;
}

// An ordered dict as a cache: a hit moves to the end, what is at the beginning goes. `self` is the dict.
static ouro_obj *by_hand(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    prices *p = ouro_rt_user(rt);
    ouro_obj *price, *old_key, *old_price;
    int found = ouro_odict_get(rt, self, args[0], &price);
    p->hits += found == 1;
    p->misses += found == 0;
    if (found)
        return found < 0 || ouro_odict_move(rt, self, args[0], OURO_LAST) < 0 ? NULL : price;
    price = price_read(rt, NULL, args, n, kwnames);
    if (!price || ouro_odict_set(rt, self, args[0], price) < 0)
        return NULL;
    if (ouro_odict_size(self) > p->hand_capacity && ouro_odict_pop(rt, self, OURO_FIRST, &old_key, &old_price) == 1) {
        ouro_decref(old_key);
        ouro_decref(old_price);
    }
    return price;
}

static ouro_obj *way_hand(prices *p, size_t capacity, unsigned options) {
    (void)options;
    p->hand_capacity = capacity;
    ouro_obj *dict = ouro_odict_new(p->study.rt);
    study_need(p->study.rt, dict != NULL);
    ouro_obj *f = ouro_native_new(p->study.rt, "by_hand", by_hand, dict, 1, 1);
    ouro_decref(dict);
    return f;
}

// ---- one way: its runtime, its data, its end ----

static void prices_open(prices *p, const way *w, size_t part) {
    memset(p, 0, sizeof *p);
    p->products = PRODUCTS / part;
    p->lines = LINES / part;
    p->seed = 20260;
    study_begin(&p->study);
    ouro_rt *rt = p->study.rt;
    ouro_rt_set_user(rt, p);
    for (size_t i = 0; i < FIELDS; i++)
        study_need(rt, (p->names[i] = ouro_intern(rt, field_names[i])) != NULL);
    ouro_obj *slots = ouro_tuple_new(rt, p->names, FIELDS);
    study_need(rt, slots && (p->price_class = ouro_class_new(rt, "Price", NULL, slots)));
    ouro_decref(slots);
    p->look_up = w->make(p, w->capacity == OURO_LRU_UNBOUNDED ? w->capacity : w->capacity / part, w->options);
    study_need(rt, (p->orders = ouro_list_new(rt, NULL, 0)) && p->look_up);
}

static study_cost prices_close(prices *p) {
    ouro_xdecref(p->look_up);
    ouro_decref(p->orders);
    for (size_t i = 0; i < FIELDS; i++)
        ouro_decref(p->names[i]);
    ouro_decref(p->price_class);
    return study_end(&p->study);
}

// Some products are ordered often, most of them rarely.
static int64_t product_pick(prices *p) {
    uint64_t a = study_random(&p->seed) >> 32, b = study_random(&p->seed) >> 32;
    return (int64_t)((a * b >> 32) * p->products >> 32);
}

// The price of a product; `moment` is a second argument, or NULL. Returns: new.
static ouro_obj *price_get(prices *p, ouro_obj *moment) {
    ouro_rt *rt = p->study.rt;
    ouro_obj *args[] = {ouro_int_new(rt, product_pick(p)), moment};
    study_need(rt, args[0] != NULL);
    ouro_obj *price = ouro_call(rt, p->look_up, args, moment ? 2 : 1, NULL);
    study_need(rt, price != NULL);
    ouro_decref(args[0]);
    return price;
}

static void orders_make(prices *p) {
    ouro_rt *rt = p->study.rt;
    ouro_obj *order = NULL;
    for (size_t i = 0; i < p->lines; i++) {
        if (i % LINES_PER_ORDER == 0) {
            ouro_setslot_steal(&order, ouro_list_new(rt, NULL, 0));
            study_need(rt, order && ouro_list_append(rt, p->orders, order) == 0);
        }
        ouro_obj *parts[] = {price_get(p, NULL), ouro_int_new(rt, 1 + (int64_t)(study_random(&p->seed) % 9))};
        ouro_obj *line = ouro_tuple_new_steal(rt, parts, 2);
        study_need(rt, line && ouro_list_append(rt, order, line) == 0);
        ouro_decref(line);
    }
    ouro_xdecref(order);
}

// Adds all lines up.
static void orders_sum(prices *p) {
    ouro_rt *rt = p->study.rt;
    for (size_t i = 0; i < ouro_list_size(p->orders); i++) {
        ouro_obj *order = ouro_list_peek(p->orders, i);
        for (size_t k = 0; k < ouro_list_size(order); k++) {
            const ouro_obj *line = ouro_list_peek(order, k);
            ouro_obj *cents = ouro_get_attr(rt, ouro_tuple_peek(line, 0), p->names[1]);
            study_need(rt, cents != NULL);
            p->total += ouro_int_word(cents) * ouro_int_word(ouro_tuple_peek(line, 1));
            ouro_decref(cents);
        }
    }
}

// ---- the first table: orders ----

static const way ways[] = {
    {"no cache", way_none, 0, 0},
    {"LRU, for 1/30 of the products", way_lru, PRODUCTS / 30, 0},
    {"LRU, for 1/3", way_lru, PRODUCTS / 3, 0},
    {"ordered dict by hand, for 1/3", way_hand, PRODUCTS / 3, 0},
    {"LRU, unbounded", way_lru, OURO_LRU_UNBOUNDED, 0},
    {"LRU, unbounded, weak values", way_lru, OURO_LRU_UNBOUNDED, OURO_LRU_WEAK},
};
enum { WAYS = sizeof ways / sizeof *ways };

typedef struct outcome {
    study_cost cost;
    uint64_t hits, misses;
    size_t own; // the cache's bytes, side tables too, without the prices
    int64_t total;
} outcome;

static size_t bytes_now(const ouro_rt *rt) {
    ouro_mem_usage usage;
    ouro_mem_get_usage(rt, &usage);
    return usage.used + usage.side;
}

// Counts, and the bytes that go when the way goes: the orders hold all prices.
static void outcome_take(outcome *o, prices *p) {
    o->hits = p->hits;
    o->misses = p->misses;
    if (ouro_is_cached(p->look_up)) {
        ouro_lru_counts counts;
        ouro_lru_info(ouro_cached_cache_peek(p->look_up), &counts);
        o->hits = counts.hits;
        o->misses = counts.misses;
    }
    size_t before = bytes_now(p->study.rt);
    ouro_setslot(&p->look_up, NULL);
    o->own = before - bytes_now(p->study.rt);
    o->total = p->total;
}

static outcome orders_run(const way *w, size_t part) {
    prices p;
    outcome o;
    prices_open(&p, w, part);
    orders_make(&p);
    study_made(&p.study);
    for (int i = 0; i < 5; i++)
        orders_sum(&p);
    outcome_take(&o, &p);
    o.cost = prices_close(&p);
    return o;
}

static void orders_table(size_t part) {
    outcome all[WAYS];
    char title[128];
    double lines = (double)(LINES / part);
    snprintf(title, sizeof title, "prices: %zu order lines, %zu products; use: adding all lines up, five times",
             LINES / part, PRODUCTS / part);
    study_head(title);
    for (size_t i = 0; i < WAYS; i++) {
        all[i] = orders_run(&ways[i], part);
        study_row(ways[i].name, &all[i].cost, &all[0].cost);
    }
    printf("\n%-34s %9s %9s %9s %12s\n", "", "hits", "misses", "own kB", "us a line");
    for (size_t i = 0; i < WAYS; i++) {
        if (all[i].total != all[0].total)
            exit(1); // no way may change a price
        printf("%-34s %9llu %9llu %9.1f %12.2f\n", ways[i].name, (unsigned long long)all[i].hits,
               (unsigned long long)all[i].misses, (double)all[i].own / 1e3, all[i].cost.make * 1e6 / lines);
    }
}

// ---- the second table: where keys never come again, a cache only holds ----

static void once_row(const way *w, size_t part) {
    prices p;
    prices_open(&p, w, part);
    ouro_rt *rt = p.study.rt;
    for (size_t i = 0; i < p.lines; i++) {
        ouro_obj *moment = ouro_int_new(rt, (int64_t)i + 1000000);
        study_need(rt, moment != NULL);
        ouro_decref(price_get(&p, moment));
        ouro_decref(moment);
    }
    study_made(&p.study);
    study_cost cost = prices_close(&p);
    printf("%-34s %9.2f %9.2f %12.2f\n", w->name, (double)cost.bytes / 1e6, (double)cost.peak / 1e6,
           cost.make * 1e6 / (double)(LINES / part));
}

static void once_table(size_t part) {
    printf("\nprices of a moment: %zu look-ups, each with a key of its own; no price is kept\n%-34s %9s %9s %12s\n",
           LINES / part, "", "MB", "peak MB", "us a look-up");
    once_row(&ways[0], part);
    once_row(&ways[2], part);
    once_row(&ways[4], part);
    once_row(&ways[5], part);
}

// ---- the third table: a cached method has its instance in the keys ----

#define SHOPS ((size_t)1000)
#define STOCK 1000

// How the method `value` is cached.
typedef struct shop_way {
    const char *name;
    size_t capacity; // of the cache in the class; 0: the method is not cached
    int own;         // 1: each shop has a cache of its own
} shop_way;

static const shop_way shop_ways[] = {
    {"method", 0, 0},
    {"cached method, LRU, unbounded", OURO_LRU_UNBOUNDED, 0},
    {"cached method, LRU, for 1/10", SHOPS / 10, 0},
    {"a cache in each shop", 0, 1},
};

// def value(self): return sum(self.stock)
static ouro_obj *shop_value(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self, (void)n, (void)kwnames;
    ouro_obj *stock = ouro_get_attr_text(rt, args[0], "stock");
    int64_t sum = 0;
    for (size_t i = 0; stock && i < ouro_list_size(stock); i++)
        sum += ouro_int_word(ouro_list_peek(stock, i));
    ouro_xdecref(stock);
    return stock ? ouro_int_new(rt, sum) : NULL;
}

// A function with a cache for so many results. Takes: the function is stolen. Returns: new.
static ouro_obj *with_cache(ouro_rt *rt, ouro_obj *function, size_t capacity) {
    ouro_obj *cache = ouro_lru_new(rt, capacity, 0);
    study_need(rt, function && cache);
    ouro_obj *cached = ouro_cached_new(rt, function, cache);
    study_need(rt, cached != NULL);
    ouro_decref(cache);
    ouro_decref(function);
    return cached;
}

static ouro_obj *shop_class(ouro_rt *rt, const shop_way *w, size_t part) {
    ouro_obj *class_object = ouro_class_new(rt, "Shop", NULL, NULL);
    ouro_obj *value = ouro_native_new(rt, "value", shop_value, NULL, 1, 1);
    if (w->capacity)
        value = with_cache(rt, value, w->capacity == OURO_LRU_UNBOUNDED ? w->capacity : w->capacity / part);
    study_need(rt, class_object && value && ouro_class_set(rt, class_object, "value", value) == 0);
    ouro_decref(value);
    return class_object;
}

static ouro_obj *shop_new(ouro_rt *rt, ouro_obj *class_object, const shop_way *w) {
    ouro_obj *shop = ouro_instance_new(rt, class_object, NULL), *stock = ouro_list_new(rt, NULL, 0);
    study_need(rt, shop && stock && ouro_set_attr_text(rt, shop, "stock", stock) == 0);
    for (int64_t i = 0; i < STOCK; i++) {
        ouro_obj *price = ouro_int_new(rt, 1000 + i);
        study_need(rt, price && ouro_list_append(rt, stock, price) == 0);
        ouro_decref(price);
    }
    ouro_decref(stock);
    if (w->own) {
        ouro_obj *own = with_cache(rt, ouro_get_attr_text(rt, shop, "value"), 10);
        study_need(rt, ouro_set_attr_text(rt, shop, "value", own) == 0);
        ouro_decref(own);
    }
    return shop;
}

static void shop_row(const shop_way *w, size_t part) {
    study s;
    study_begin(&s);
    ouro_obj *class_object = shop_class(s.rt, w, part);
    for (size_t i = 0; i < SHOPS / part; i++) {
        ouro_obj *shop = shop_new(s.rt, class_object, w);
        for (int k = 0; k < 10; k++) {
            ouro_obj *value = ouro_call_method(s.rt, shop, "value", NULL, 0, NULL);
            study_need(s.rt, value != NULL);
            ouro_decref(value);
        }
        ouro_decref(shop);
    }
    study_made(&s);
    ouro_gc_collect(s.rt, OURO_GC_FULL);
    size_t left = bytes_now(s.rt) - s.before;
    ouro_decref(class_object);
    ouro_gc_collect(s.rt, OURO_GC_FULL);
    study_cost cost = study_end(&s);
    printf("%-34s %9.2f %12.2f %10.1f\n", w->name, (double)cost.bytes / 1e6, (double)left / 1e6, cost.make * 1e3);
}

static void shop_table(size_t part) {
    printf("\ncached methods: %zu shops, each asked ten times and dropped\n%-34s %9s %12s %10s\n", SHOPS / part, "",
           "MB left", "collected MB", "ms");
    for (size_t i = 0; i < sizeof shop_ways / sizeof *shop_ways; i++)
        shop_row(&shop_ways[i], part);
}

void study_prices(size_t part) {
    catalogue_open(PRODUCTS / part);
    orders_table(part);
    once_table(part);
    shop_table(part);
    catalogue_close();
}

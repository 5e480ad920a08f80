// SPDX-License-Identifier: MIT
// A cache that keeps nothing alive: it owns weak references only. Look at: a hit is the very same object; a picture
// dies when its last user drops it, and the callback takes its entry out inside that drop, so that no entry is ever
// stale; whoever asks after that gets a new picture.
#include <ouro.h>
#include <stdio.h>
#include <string.h>

typedef struct picture {
    ouro_obj head;
    unsigned char pixels[256];
} picture;
static ouro_type picture_type;

enum { CACHE_MAX = 8 };
typedef struct cache {
    int n;
    char name[CACHE_MAX][16];
    ouro_obj *weak[CACHE_MAX]; // owned
} cache;

// Weak callback. The cache is found through the runtime; as an object, and `arg`, it would be in a cycle with `weak`.
static void cache_forget(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    cache *c = ouro_rt_user(rt);
    int i = 0;
    (void)arg;
    while (c->weak[i] != weak)
        i++;
    printf("  forget %s\n", c->name[i]);
    c->weak[i] = c->weak[--c->n];
    memmove(c->name[i], c->name[c->n], sizeof c->name[i]);
    ouro_decref(weak);
}

// Makes a picture, and an entry if there is room for one. Returns: new; NULL on failure.
static picture *cache_load(ouro_rt *rt, const char *name) {
    cache *c = ouro_rt_user(rt);
    picture *p = ouro_new(rt, &picture_type);
    if (!p || c->n == CACHE_MAX)
        return p;
    if ((c->weak[c->n] = ouro_weak_new(rt, &p->head, cache_forget, NULL)))
        snprintf(c->name[c->n++], sizeof c->name[0], "%s", name);
    else
        ouro_error_clear(rt); // no entry, but the picture is as good as any
    return p;
}

// The picture of that name. Returns: new; NULL on failure.
static picture *cache_get(ouro_rt *rt, const char *name) {
    cache *c = ouro_rt_user(rt);
    ouro_obj *found = NULL;
    for (int i = 0; i < c->n && !found; i++)
        if (strcmp(c->name[i], name) == 0)
            ouro_weak_get(c->weak[i], &found);
    printf("  %s %s\n", found ? "hit" : "load", name);
    return found ? ouro_cast(found, &picture_type) : cache_load(rt, name);
}

int main(void) {
    cache c = {0};
    ouro_rt *rt = ouro_rt_create(NULL);
    if (!rt)
        return 1;
    ouro_rt_set_user(rt, &c);
    ouro_type_init(&picture_type, "picture", sizeof(picture));
    picture *mine = NULL, *yours = NULL;
    int failed =
        ouro_type_register(rt, &picture_type) < 0 || !(mine = cache_get(rt, "sun")) || !(yours = cache_get(rt, "sun"));
    if (failed)
        fprintf(stderr, "weak_cache: %s\n", ouro_error_message(rt));
    printf("one object for both: %s; entries: %d\n", mine == yours ? "yes" : "no", c.n);
    ouro_xdecref((ouro_obj *)mine);
    printf("I am done; entries: %d\n", c.n);
    ouro_xdecref((ouro_obj *)yours);
    printf("you are done; entries: %d\n", c.n);
    if (!failed)
        ouro_xdecref((ouro_obj *)cache_get(rt, "sun"));
    return ouro_rt_destroy(rt) != 0 || failed;
}

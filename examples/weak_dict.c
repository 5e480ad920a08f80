// SPDX-License-Identifier: MIT
// Three containers that keep nothing alive, around pictures that a program has open: a cache by name, notes about each,
// and the set of those that are on the screen. Look at: a picture dies with its last user, and is gone from all three
// at once; a loop goes on while its pictures die; a cycle waits for the collector, and is gone then, too.
#include <ouro/std.h>
#include <stdio.h>

typedef struct gallery {
    ouro_obj *cache, *notes, *shown; // name -> picture, picture -> note, pictures
} gallery;

// The picture of that name: the one that is open, or a new one. Returns: new; NULL on failure.
static ouro_obj *gallery_open(ouro_rt *rt, const gallery *g, ouro_obj *picture_class, const char *name) {
    ouro_obj *key = ouro_intern(rt, name), *picture = NULL;
    int found = key ? ouro_weakdict_get(rt, g->cache, key, &picture) : -1;
    printf("%s %s\n", found == 1 ? "hit" : "load", name);
    if (found == 0 && (picture = ouro_instance_new(rt, picture_class, NULL)) &&
        (ouro_weakdict_set(rt, g->cache, key, picture) < 0 || ouro_weakdict_set(rt, g->notes, picture, key) < 0 ||
         ouro_weakset_add(rt, g->shown, picture) < 0))
        ouro_setslot_steal(&picture, NULL);
    ouro_xdecref(key);
    return picture;
}

static int gallery_tell(ouro_rt *rt, const gallery *g, const char *when) {
    size_t cached, noted, shown;
    if (ouro_weakdict_size(rt, g->cache, &cached) < 0 || ouro_weakdict_size(rt, g->notes, &noted) < 0 ||
        ouro_weakset_size(rt, g->shown, &shown) < 0)
        return -1;
    printf("%s: %zu cached, %zu noted, %zu shown\n", when, cached, noted, shown);
    return 0;
}

// Prints the notes, and closes the second picture, `other`, meanwhile.
static int gallery_notes(ouro_rt *rt, const gallery *g, ouro_obj **other) {
    ouro_obj *it = ouro_weakdict_values(rt, g->notes), *note;
    int more = it ? 1 : -1;
    while (more == 1 && (more = ouro_next(rt, it, &note)) == 1) {
        printf("note: %s\n", ouro_str_data(note));
        ouro_decref(note);
        ouro_setslot(other, NULL);
    }
    ouro_xdecref(it);
    return more;
}

static int run(ouro_rt *rt, const gallery *g, ouro_obj *picture_class) {
    ouro_obj *sun = gallery_open(rt, g, picture_class, "sun"), *again = gallery_open(rt, g, picture_class, "sun");
    ouro_obj *sea = gallery_open(rt, g, picture_class, "sea"), *sky = gallery_open(rt, g, picture_class, "sky");
    int result = sun && again && sea && sky ? gallery_tell(rt, g, "all open") : -1;
    if (result == 0)
        result = gallery_notes(rt, g, &sea);
    if (result == 0)
        result = gallery_tell(rt, g, "sea closed");
    if (result == 0)
        result = ouro_set_attr_text(rt, sky, "frame_of", sky); // a cycle
    ouro_xdecref(sea);
    ouro_xdecref(sky);
    if (result == 0)
        result = gallery_tell(rt, g, "sky dropped");
    ouro_gc_collect(rt, OURO_GC_FULL);
    if (result == 0)
        result = gallery_tell(rt, g, "collected");
    ouro_xdecref(again);
    ouro_xdecref(sun);
    return result == 0 ? gallery_tell(rt, g, "sun closed") : -1;
}

int main(void) {
    ouro_rt *rt = ouro_rt_create(NULL);
    if (!rt || ouro_std_open(rt) < 0)
        return 1;
    ouro_scope s;
    ouro_scope_open(rt, &s);
    gallery g = {ouro_scope_keep(&s, ouro_weakvalues_new(rt)), ouro_scope_keep(&s, ouro_weakkeys_new(rt)),
                 ouro_scope_keep(&s, ouro_weakset_new(rt, NULL))};
    ouro_obj *picture_class = ouro_scope_keep(&s, ouro_class_new(rt, "Picture", NULL, NULL));
    int failed = !g.cache || !g.notes || !g.shown || !picture_class || run(rt, &g, picture_class) < 0;
    if (failed)
        fprintf(stderr, "weak_dict: %s\n", ouro_error_message(rt));
    ouro_scope_close(&s);
    return ouro_rt_destroy(rt) != 0 || failed;
}

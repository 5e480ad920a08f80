// SPDX-License-Identifier: MIT
// work_lua.c: the workloads on Lua's tables, through its C API. A node is a table with room for two items. What C holds
// is in one table, where luaL_ref puts it, and a reference is the number of its place there. What is being built is on
// Lua's stack. As bench_lua-gen the program uses Lua's generational collector, for what collects by itself.
#include "bench_pauses.h"

#include <lauxlib.h>
#include <lua.h>
#include <string.h>

// Places on the stack: what C holds, and the window of W7. Above them is what functions work with.
enum { HELD = 1, WINDOW };
enum { LEFT = 1, RIGHT };
enum { PARENT = 1, FIRST, LAST, NEXT, ELEMENT_SLOTS = 4 };
enum { NODE_BYTES = 56 + 2 * 16 };

static lua_State *L;
static int generational;

// Takes the object from the top of the stack.
static void *held_new(void) {
    return (void *)(intptr_t)luaL_ref(L, HELD);
}

static void held_push(void *o) {
    lua_rawgeti(L, HELD, (intptr_t)o);
}

static void held_drop(void *o) {
    luaL_unref(L, HELD, (int)(intptr_t)o);
}

static void node_push(void) {
    lua_createtable(L, 2, 0);
}

static void nodes_new(void **a, size_t n) {
    for (size_t i = 0; i < n; i++) {
        node_push();
        a[i] = held_new();
    }
}

// The node comes before its children, as it does when Lua evaluates {tree(n - 1), tree(n - 1)}.
static void tree_push(int depth) {
    node_push();
    if (depth == 0)
        return;
    tree_push(depth - 1);
    lua_rawseti(L, -2, LEFT);
    tree_push(depth - 1);
    lua_rawseti(L, -2, RIGHT);
}

static void *tree_new(int depth) {
    tree_push(depth);
    return held_new();
}

// The node is on top of the stack.
static void tree_populate(int depth) {
    if (depth == 0)
        return;
    for (int slot = LEFT; slot <= RIGHT; slot++) {
        node_push();
        lua_rawseti(L, -2, slot);
    }
    for (int slot = LEFT; slot <= RIGHT; slot++) {
        lua_rawgeti(L, -1, slot);
        tree_populate(depth - 1);
        lua_pop(L, 1);
    }
}

static void *tree_new_down(int depth) {
    node_push();
    tree_populate(depth);
    return held_new();
}

// Takes the node from the top of the stack.
static size_t tree_count_top(void) {
    size_t n = 1;
    for (int slot = LEFT; slot <= RIGHT; slot++) {
        if (lua_rawgeti(L, -1, slot) == LUA_TNIL)
            lua_pop(L, 1);
        else
            n += tree_count_top();
    }
    lua_pop(L, 1);
    return n;
}

static size_t tree_count(void *tree) {
    held_push(tree);
    return tree_count_top();
}

// The node is on top of the stack, its children are below it; it takes their place.
static void node_link(void) {
    lua_insert(L, -3);
    lua_rawseti(L, -3, RIGHT);
    lua_rawseti(L, -2, LEFT);
}

// The children come first: where objects lie matters, and collections are three times as fast so.
static void balanced_push(size_t n) {
    if (n == 0) {
        lua_pushnil(L);
        return;
    }
    size_t l = (n - 1) / 2;
    balanced_push(l);
    balanced_push(n - 1 - l);
    node_push();
    node_link();
}

static void *balanced_new(size_t n) {
    balanced_push(n);
    return held_new();
}

static void balanced_push_of(size_t n, void ***nodes) {
    if (n == 0) {
        lua_pushnil(L);
        return;
    }
    size_t l = (n - 1) / 2;
    balanced_push_of(l, nodes);
    balanced_push_of(n - 1 - l, nodes);
    held_push(**nodes);
    held_drop(*(*nodes)++);
    node_link();
}

static void *balanced_of(size_t n, void ***nodes) {
    balanced_push_of(n, nodes);
    return held_new();
}

static void *chain_new(size_t n) {
    lua_pushnil(L);
    for (size_t i = 0; i < n; i++) {
        node_push();
        lua_insert(L, -2);
        lua_rawseti(L, -2, LEFT);
    }
    return held_new();
}

static void *blob_new(size_t bytes) {
    memset(lua_newuserdatauv(L, bytes, 0), 0, bytes);
    return held_new();
}

static void collect(void) {
    lua_gc(L, LUA_GCCOLLECT);
}

static void *ring_new(void *leaf) {
    enum { LEAF = WINDOW + 1, HEAD, TAIL };
    held_push(leaf);
    node_push();
    lua_pushvalue(L, HEAD);
    for (int i = 1; i < 10; i++) {
        lua_pushvalue(L, LEAF);
        lua_rawseti(L, TAIL, RIGHT);
        node_push();
        lua_pushvalue(L, -1);
        lua_rawseti(L, TAIL, LEFT);
        lua_replace(L, TAIL);
    }
    lua_pushvalue(L, LEAF);
    lua_rawseti(L, TAIL, RIGHT);
    lua_pushvalue(L, HEAD);
    lua_rawseti(L, TAIL, LEFT);
    lua_settop(L, HEAD);
    void *ring = held_new();
    lua_settop(L, WINDOW);
    return ring;
}

static void linked_ring(void) {
    for (int i = 0; i < 21; i++)
        node_push();
    for (int i = 0; i < 21; i++) {
        lua_pushvalue(L, WINDOW + 1 + (i + 1) % 21);
        lua_rawseti(L, WINDOW + 1 + i, LEFT);
        lua_pushvalue(L, WINDOW + 1 + (i + 20) % 21);
        lua_rawseti(L, WINDOW + 1 + i, RIGHT);
    }
    lua_settop(L, WINDOW);
}

static void graph_link(void **a, size_t n) {
    for (size_t i = 0; i < n; i++) {
        held_push(a[i]);
        for (int slot = LEFT; slot <= RIGHT; slot++) {
            held_push(a[bench_below(n)]);
            lua_rawseti(L, -2, slot);
        }
        lua_pop(L, 1);
    }
}

static void *levels_new(size_t n) {
    lua_pushnil(L);
    for (int i = 0; i < (int)n; i++) {
        lua_createtable(L, i, 0);
        for (int k = 1; k <= i; k++) {
            lua_pushvalue(L, -2);
            lua_rawseti(L, -2, k);
        }
        lua_remove(L, -2);
    }
    return held_new();
}

static void *lists_new(size_t n) {
    lua_createtable(L, (int)n, 0);
    for (int i = 1; i <= (int)n; i++) {
        lua_createtable(L, (int)n, 0);
        for (int k = 1; k <= (int)n; k++) {
            lua_newtable(L);
            lua_rawseti(L, -2, k);
        }
        lua_rawseti(L, -2, i);
    }
    return held_new();
}

// In nodes' worth of memory.
static size_t living(void) {
    return ((size_t)lua_gc(L, LUA_GCCOUNT) * 1024 + (size_t)lua_gc(L, LUA_GCCOUNTB)) / NODE_BYTES;
}

// The window is a table here: a reference from C for each of its nodes would cost more than they do.
static void mix(void **live, size_t n, void **window, size_t at) {
    enum { HEAD = WINDOW + 1, TAIL };
    (void)window;
    node_push();
    lua_pushvalue(L, HEAD);
    for (int i = 0; i < 10; i++) {
        for (int k = 0; k < 9; k++) {
            node_push();
            held_push(live[bench_below(n)]);
            lua_rawseti(L, -2, LEFT);
            lua_rawseti(L, WINDOW, (lua_Integer)(at++ % BENCH_WINDOW + 1));
        }
        if (i == 0)
            continue; // the chain's first is there
        node_push();
        lua_pushvalue(L, -1);
        lua_rawseti(L, TAIL, LEFT);
        lua_replace(L, TAIL);
    }
    lua_pushvalue(L, HEAD);
    lua_rawseti(L, TAIL, LEFT);
    lua_settop(L, WINDOW);
}

// Takes the child from the top of the stack. The parent is below it.
static void element_take(void) {
    lua_pushvalue(L, -2);
    lua_rawseti(L, -2, PARENT);
    if (lua_rawgeti(L, -2, LAST) == LUA_TNIL) {
        lua_pushvalue(L, -2);
        lua_rawseti(L, -4, FIRST);
    } else {
        lua_pushvalue(L, -2);
        lua_rawseti(L, -2, NEXT);
    }
    lua_pop(L, 1);
    lua_rawseti(L, -2, LAST);
}

static void element_push(int depth) {
    lua_createtable(L, ELEMENT_SLOTS, 0);
    for (int i = 0; i < 10 && depth > 0; i++) {
        element_push(depth - 1);
        element_take();
    }
}

static void *element_new(int depth) {
    element_push(depth);
    return held_new();
}

static void element_append(void *parent, void *child) {
    held_push(parent);
    held_push(child);
    held_drop(child);
    element_take();
    lua_pop(L, 1);
}

static void element_clear(int at, int slot) {
    lua_pushnil(L);
    lua_rawseti(L, at, slot);
}

static void element_remove(void *parent) {
    enum { FROM = WINDOW + 1, CHILD };
    held_push(parent);
    lua_rawgeti(L, FROM, FIRST);
    int alone = lua_rawgeti(L, CHILD, NEXT) == LUA_TNIL;
    lua_rawseti(L, FROM, FIRST);
    if (alone)
        element_clear(FROM, LAST);
    element_clear(CHILD, PARENT);
    element_clear(CHILD, NEXT);
    lua_settop(L, WINDOW);
}

static void rt_cycle(const bench_run *run) {
    double start = bench_now(), before;
    for (size_t i = 0; i < run->n; i++)
        lua_close(luaL_newstate());
    bench_print("pair", (bench_now() - start) * 1e6 / (double)run->n, "us");
    before = bench_rss();
    for (int i = 0; i < 8; i++)
        luaL_newstate();
    bench_print("memory", (bench_rss() - before) / 8 / 1024, "KiB");
}

// The tree stays on the stack.
static void tr_cycle(const bench_run *run) {
    double start = bench_now();
    for (size_t i = 0; i < run->n; i++) {
        L = luaL_newstate();
        lua_checkstack(L, 100);
        balanced_push(run->size);
        lua_close(L);
    }
    bench_print("cycle", (bench_now() - start) * 1e6 / (double)run->n, "us");
}

static const bench_ops lua_ops = {
    .nodes = nodes_new,
    .tree = tree_new,
    .tree_down = tree_new_down,
    .tree_count = tree_count,
    .balanced = balanced_new,
    .balanced_of = balanced_of,
    .chain = chain_new,
    .drop = held_drop,
    .blob = blob_new,
    .reclaim = collect,
    .collect = collect,
    .ring = ring_new,
    .linked_ring = linked_ring,
    .graph = graph_link,
    .living = living,
    .mix = mix,
};

static const bench_ops lua_list_ops = {.collect = collect, .levels = levels_new, .lists = lists_new};

static const bench_ops lua_element_ops = {
    .drop = held_drop,
    .collect = collect,
    .living = living,
    .element = element_new,
    .element_append = element_append,
    .element_remove = element_remove,
};

// Where Lua collects by itself, so that it matters how.
static const bench_work lua_automatic[] = {
    {"W3", "trees", "auto", bench_trees}, {"W6a", "collections", "", bench_collections},
    {"W6b", "rings", "", bench_garbage},  {"W6d", "gcbench", "", bench_gcbench},
    {"W7", "mutator", "", bench_mixed},   {"W7", "steps", "", bench_steps},
    {"NC", "grow", "auto", bench_grow},   {"NC", "churn", "auto", bench_churn},
    {"GR", "", "", bench_growing},
};

static const bench_work lua_elements[] = {
    {"DOM", "document", "", bench_document},
};

static const bench_work lua_works[] = {
    {"W0", "nothing", "", bench_nothing}, {"W4", "rings", "", bench_rings},
    {"W5", "tree", "", bench_live_tree},  {"W5", "graph", " held", bench_live_graph},
    {"W8", "chain", "", bench_chain},     {"W9", "node", "", bench_bytes},
    {"FK", "collected", "", bench_fork},  {"RT", "create+destroy", "", rt_cycle},
    {"TR", "tiny", "", tr_cycle},
};

static const bench_work lua_lists[] = {
    {"W6c", "levels", "", bench_levels},
    {"W6c", "lists", "", bench_lists},
};

static int in(const bench_run *run, const char *workload) {
    return strcmp(run->workload, workload) == 0;
}

// How many places C's arrays have. Lua's table of what they hold is there before the work, as they are themselves;
// luaL_ref wants some places for itself.
static size_t held_places(const bench_run *run) {
    if (run->workload[0] == 'P') // a place for a hundred objects, and P7's sessions
        return run->size / 100 + run->n / 4;
    int each = in(run, "W4") || in(run, "W9") || (in(run, "W5") && (run->aged || strcmp(run->variant, "graph") == 0));
    return run->age + run->size + (each ? run->n : run->n / 1000) + 8;
}

static void lua_open(const bench_run *run) {
    L = luaL_newstate();
    if (!L || !lua_checkstack(L, 1000))
        bench_fail("no state");
    lua_createtable(L, (int)held_places(run), 0);
    lua_createtable(L, BENCH_WINDOW, 0);
    if (generational)
        lua_gc(L, LUA_GCGEN, 0, 0);
    if (!run->collects)
        lua_gc(L, LUA_GCSTOP);
}

static void pauses_open(const bench_run *run) {
    lua_open(run);
    bench_pauses_peer.open(run, L);
}

static const char *lua_version_text(void) {
    return generational ? LUA_RELEASE ", generational" : LUA_RELEASE;
}

int main(int argc, char **argv) {
    const bench_part parts[] = {{lua_automatic, BENCH_COUNT(lua_automatic), lua_open, &lua_ops, NULL},
                                {lua_elements, BENCH_COUNT(lua_elements), lua_open, &lua_element_ops, NULL},
                                bench_pauses_part(&bench_pauses_peer, pauses_open, &lua_ops),
                                {lua_works, BENCH_COUNT(lua_works), lua_open, &lua_ops, NULL},
                                {lua_lists, BENCH_COUNT(lua_lists), lua_open, &lua_list_ops, NULL}};
    generational = strstr(argv[0], "bench_lua-gen") != NULL;
    const bench_peer peer = {parts, generational ? 3 : BENCH_COUNT(parts), lua_version_text};
    return bench_main(argc, argv, &peer);
}

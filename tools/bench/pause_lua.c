// SPDX-License-Identifier: MIT
// pause_lua.c: the steps of P1 to P7 on Lua's tables, through its C API; see work_lua.c. A link is a table with room
// for three items. Each function that others call leaves Lua's stack as it was.
#include "bench_pauses.h"

#include <lauxlib.h>
#include <lua.h>
#include <string.h>

enum { HELD = 1 }; // where on the stack the table is of what C holds
enum { BACK = 1, NEXT, DOWN };

static lua_State *L;

// Takes the object from the top of the stack.
static void *held_new(void) {
    return (void *)(intptr_t)luaL_ref(L, HELD);
}

static void held_push(void *o) {
    lua_rawgeti(L, HELD, (intptr_t)o);
}

// Pushes the object, which is no longer held.
static void held_take(void *o) {
    held_push(o);
    luaL_unref(L, HELD, (int)(intptr_t)o);
}

static void link_push(void) {
    lua_createtable(L, 3, 0);
}

// The slot of the object at `at` is now what is at `value`, both counted from the top.
static void link_set(int at, int slot, int value) {
    lua_pushvalue(L, value);
    lua_rawseti(L, at - 1, slot);
}

static void link_clear(int at, int slot) {
    lua_pushnil(L);
    lua_rawseti(L, at - 1, slot);
}

// Pushes what is in the slot. Returns: 1 if it is an object.
static int link_get(int at, int slot) {
    return lua_rawgeti(L, at, slot) != LUA_TNIL;
}

// The last link is on top of the stack, and the new one takes its place.
static void list_extend_top(size_t n, size_t payload) {
    for (size_t i = 0; i < n; i++) {
        link_push();
        if (payload) {
            memset(lua_newuserdatauv(L, payload, 0), 0, payload);
            lua_rawseti(L, -2, DOWN);
        }
        if (!lua_isnil(L, -2)) {
            link_set(-1, BACK, -2);
            link_set(-2, NEXT, -1);
        }
        lua_replace(L, -2);
    }
}

static void *list_extend(void *list, size_t n, size_t payload) {
    if (list)
        held_take(list);
    else
        lua_pushnil(L);
    list_extend_top(n, payload);
    return held_new();
}

static void link_hang(void *o, void *down) {
    held_push(o);
    held_take(down);
    lua_rawseti(L, -2, DOWN);
    lua_pop(L, 1);
}

// The session is on top of the stack; the string is dropped.
static void string_pass(void) {
    link_push();
    link_set(-1, DOWN, -2);
    for (int i = 1; i < 10; i++) {
        link_push();
        link_set(-2, NEXT, -1);
        lua_replace(L, -2);
    }
    lua_pop(L, 1);
}

static void *request(void *session) {
    held_push(session);
    for (int i = 0; i < 9; i++)
        string_pass();
    link_push();
    link_set(-1, DOWN, -2);
    lua_replace(L, -2);
    list_extend_top(9, 0);
    return held_new();
}

static void tree_push(int depth) {
    link_push();
    if (depth == 0)
        return;
    lua_pushnil(L); // the child before
    for (int i = 0; i < 10; i++) {
        tree_push(depth - 1);
        link_set(-1, BACK, -3);
        if (i == 0)
            link_set(-3, DOWN, -1);
        else
            link_set(-2, NEXT, -1);
        lua_replace(L, -2);
    }
    lua_pop(L, 1);
}

static void *tree_new(int depth) {
    tree_push(depth);
    return held_new();
}

// The cursor on top of the stack moves to what is in its slot, if that is an object.
static int cursor_move(int slot) {
    int there = link_get(-1, slot);
    if (there)
        lua_replace(L, -2);
    else
        lua_pop(L, 1);
    return there;
}

// The same as by one loop: down; or else next, or the next of the nearest parent that has one; or else the root.
static void cursor_step(void) {
    if (cursor_move(DOWN))
        return;
    while (!cursor_move(NEXT)) {
        if (!cursor_move(BACK)) {
            lua_pushvalue(L, -2);
            lua_replace(L, -2);
            return;
        }
    }
}

static void *cursor_walk(void *cursor, void *root, size_t n) {
    held_push(root);
    if (cursor)
        held_take(cursor);
    else
        lua_pushvalue(L, -1);
    for (size_t i = 0; i < n; i++)
        cursor_step();
    void *at = held_new();
    lua_pop(L, 1);
    return at;
}

// What is to be renewed is on top of the stack, the one before it below.
static void cursor_renew_next(int depth) {
    tree_push(depth);
    for (int slot = BACK; slot <= NEXT; slot++) {
        link_get(-2, slot);
        lua_rawseti(L, -2, slot);
        link_clear(-2, slot);
    }
    link_set(-3, NEXT, -1);
    lua_pop(L, 1);
}

static void cursor_renew(void *cursor) {
    int top = lua_gettop(L);
    held_push(cursor);
    if (link_get(-1, BACK) && link_get(-1, NEXT)) {
        int depth = link_get(-1, DOWN), deep = depth && link_get(-1, DOWN);
        lua_settop(L, top + 3);
        if (!deep)
            cursor_renew_next(depth);
    }
    lua_settop(L, top);
}

static void pauses_open(const bench_run *run, void *runtime) {
    (void)run;
    L = runtime;
}

const bench_pauses bench_pauses_peer = {
    .open = pauses_open,
    .extend = list_extend,
    .hang = link_hang,
    .request = request,
    .tree = tree_new,
    .walk = cursor_walk,
    .renew = cursor_renew,
};

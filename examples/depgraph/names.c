// SPDX-License-Identifier: MIT
// names.c: the table of names, and the little language in which relations are written (Debian policy manual, 7.1).
#include "names.h"
#include "version.h"

#include <stdlib.h>
#include <string.h>

// ---- the language of relations ----

static const char *names_skip(const char *text, const char *these) {
    return text + strspn(text, these);
}

static int names_is(const char *text, size_t length, const char *word) {
    return strlen(word) == length && memcmp(text, word, length) == 0;
}

int names_next(const char **text, names_item *item) {
    const char *at = names_skip(*text, " \t,|");
    if (!*at)
        return 0;
    *item = (names_item){.name = at, .name_length = strcspn(at, " \t:,|([<")};
    at += item->name_length;
    if (*at == ':') {
        item->arch = ++at;
        item->arch_length = strcspn(at, " \t,|([<");
        at += item->arch_length;
        if (names_is(item->arch, item->arch_length, "any"))
            item->arch = NULL;
    }
    at += strcspn(at, ",|"); // a version, a list of architectures or of build profiles
    item->ends_group = *at != '|';
    *text = at;
    return 1;
}

// ---- the table ----

static size_t names_hash(const char *text, size_t length) {
    uint64_t h = 14695981039346656037u; // FNV-1a
    for (size_t i = 0; i < length; i++)
        h = (h ^ (unsigned char)text[i]) * 1099511628211u;
    return (size_t)(h ^ h >> 32);
}

// The place of a name, or the open place where it would be.
static names_entry *names_place(names_entry *table, size_t room, const char *text, size_t length) {
    size_t i = names_hash(text, length) & (room - 1);
    while (table[i].text && !(table[i].length == length && memcmp(table[i].text, text, length) == 0))
        i = (i + 1) & (room - 1);
    return &table[i];
}

const names_entry *names_find(const names *d, const char *text, size_t length) {
    const names_entry *e = names_place(d->entry, d->room, text, length);
    return e->text ? e : NULL;
}

static int names_grow(names *d) {
    size_t room = d->room ? 2 * d->room : 1024;
    names_entry *table = calloc(room, sizeof *table);
    if (!table)
        return -1;
    for (size_t i = 0; i < d->room; i++)
        if (d->entry[i].text)
            *names_place(table, room, d->entry[i].text, d->entry[i].length) = d->entry[i];
    free(d->entry);
    d->entry = table;
    d->room = room;
    return 0;
}

// Finds a name or adds it. Returns: NULL if there is no memory.
static names_entry *names_intern(names *d, const char *text, size_t length) {
    if (2 * d->used >= d->room && names_grow(d) < 0)
        return NULL;
    names_entry *e = names_place(d->entry, d->room, text, length);
    if (!e->text) {
        *e = (names_entry){text, (uint32_t)length, NAMES_NONE, NAMES_NONE};
        d->used++;
    }
    return e;
}

// Puts a package at the head of a list.
static int names_link_add(names *d, uint32_t *head, uint32_t package) {
    if (d->n_links == d->link_room) {
        uint32_t room = d->link_room ? 2 * d->link_room : 1024;
        names_link *link = room ? realloc(d->link, room * sizeof *link) : NULL;
        if (!link)
            return -1;
        d->link = link;
        d->link_room = room;
    }
    d->link[d->n_links] = (names_link){package, *head};
    *head = d->n_links++;
    return 0;
}

// ---- an index in the table ----

int names_fit(const pkg_index *ix, uint32_t package, const char *arch, size_t arch_length) {
    const char *own = index_text(ix, package, INDEX_ARCHITECTURE);
    return names_is(arch, arch_length, "all") || strcmp(own, "all") == 0 || names_is(arch, arch_length, own);
}

// The package in a list that a stanza is another version of; NAMES_NONE if there is none.
static uint32_t names_same(const names *d, const pkg_index *ix, uint32_t list, uint32_t stanza) {
    const char *arch = index_text(ix, stanza, INDEX_ARCHITECTURE);
    for (; list != NAMES_NONE; list = d->link[list].next)
        if (names_fit(ix, d->link[list].package, arch, strlen(arch)))
            return d->link[list].package;
    return NAMES_NONE;
}

// Moves the stanzas of the index together: one a package, the newest, in the place of the first.
static int names_add_packages(names *d, pkg_index *ix) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < ix->n; i++) {
        const char *name = index_text(ix, i, INDEX_PACKAGE);
        names_entry *e = names_intern(d, name, strlen(name));
        if (!e)
            return -1;
        uint32_t same = names_same(d, ix, e->packages, i);
        if (same == NAMES_NONE) {
            ix->entry[kept] = ix->entry[i];
            if (names_link_add(d, &e->packages, kept++) < 0)
                return -1;
        } else {
            d->replaced++;
            if (version_compare(index_text(ix, i, INDEX_VERSION), index_text(ix, same, INDEX_VERSION)) >= 0)
                ix->entry[same] = ix->entry[i];
        }
    }
    ix->n = kept;
    return 0;
}

static int names_add_provided(names *d, const pkg_index *ix, uint32_t package) {
    const char *text = index_text(ix, package, INDEX_PROVIDES);
    names_item item;
    while (names_next(&text, &item)) {
        names_entry *e = names_intern(d, item.name, item.name_length);
        if (!e || names_link_add(d, &e->providers, package) < 0)
            return -1;
    }
    return 0;
}

int names_build(names *d, pkg_index *ix) {
    *d = (names){0};
    if (names_grow(d) < 0 || names_add_packages(d, ix) < 0)
        return -1;
    for (uint32_t i = ix->n; i-- > 0;) // backwards: then the lists are in the order of the index
        if (names_add_provided(d, ix, i) < 0)
            return -1;
    return 0;
}

void names_free(names *d) {
    free(d->entry);
    free(d->link);
    *d = (names){0};
}

// SPDX-License-Identifier: MIT
// names.h: which packages a name stands for.
//
// A name stands for the package that is called so; for every package that provides it if none is. Two stanzas with the
// same name are the same package, of which the newer version counts, if their architectures fit: they are equal, or one
// is `all`. Otherwise (libc6 for amd64 and for i386) they are two packages with one name.
#ifndef DEPGRAPH_NAMES_H
#define DEPGRAPH_NAMES_H

#include "index.h"

#define NAMES_NONE UINT32_MAX

// A link in a list of packages.
typedef struct names_link {
    uint32_t package;
    uint32_t next; // or NAMES_NONE
} names_link;

// All that is known of one name. The text is not ended by a zero byte.
typedef struct names_entry {
    const char *text; // NULL in an empty place of the table
    uint32_t length;
    uint32_t packages;  // the first link of those called so
    uint32_t providers; // the first link of those that provide it
} names_entry;

typedef struct names {
    names_entry *entry; // a hash table with open places
    size_t room, used;  // room is a power of two
    names_link *link;
    uint32_t n_links, link_room;
    uint32_t replaced; // stanzas left out for a newer version
} names;

// One name of a relation or of Provides, `name:arch (>= version)`. Slices of the text it was read from.
typedef struct names_item {
    const char *name, *arch; // arch is NULL if there is none, or if it is `any`
    size_t name_length, arch_length;
    int ends_group; // a comma or the end follows, not a '|'
} names_item;

// Reads the next name at *text and moves behind it. Returns: 1; 0 at the end.
int names_next(const char **text, names_item *item);

// Lists the names of an index, in which older versions are replaced on the way.
// Returns: 0; -1 if there is no memory. names_free is due in both cases.
int names_build(names *d, pkg_index *ix);
void names_free(names *d);

// Returns: what is known of a name; NULL if nobody has or provides it.
const names_entry *names_find(const names *d, const char *text, size_t length);

// 1 if a package may stand for something of this architecture.
int names_fit(const pkg_index *ix, uint32_t package, const char *arch, size_t arch_length);

#endif

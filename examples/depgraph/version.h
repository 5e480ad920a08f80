// SPDX-License-Identifier: MIT
// version.h: which of two Debian versions is the newer one.
#ifndef DEPGRAPH_VERSION_H
#define DEPGRAPH_VERSION_H

// Compares two versions, [epoch:]upstream[-revision], as Debian policy 5.6.12 orders them.
// Returns: less than, equal to or greater than 0.
int version_compare(const char *a, const char *b);

#endif

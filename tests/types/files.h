// SPDX-License-Identifier: MIT
// files.h: files for tests, which nobody else sees and which are gone when they are closed.
#ifndef OURO_FILES_H
#define OURO_FILES_H

#include "std_test.h"

#include <fcntl.h>
#include <unistd.h>

// A file of n bytes, open for reading at its beginning. Never fails: the process ends.
static inline int file_of(const void *bytes, size_t n) {
    FILE *f = tmpfile();
    always(f && fwrite(bytes, 1, n, f) == n && fflush(f) == 0 && lseek(fileno(f), 0, SEEK_SET) == 0);
    int descriptor = dup(fileno(f));
    always(descriptor >= 0);
    fclose(f);
    return descriptor;
}

static inline int file_is_open(int descriptor) {
    return fcntl(descriptor, F_GETFD) >= 0;
}

#endif

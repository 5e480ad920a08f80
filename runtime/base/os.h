// SPDX-License-Identifier: MIT
// os.h: all that Ouro asks of the operating system: aligned memory, giving memory back, and the time.
#ifndef OUROI_OS_H
#define OUROI_OS_H

#include "platform.h"

// Zeroed memory of a multiple of the alignment, itself a power of two. Returns NULL on failure.
void *ouroi_os_map(size_t bytes, size_t align);
void ouroi_os_unmap(void *p, size_t bytes);
// The memory stays mapped, its contents are lost, and it costs nothing until touched.
void ouroi_os_purge(void *p, size_t bytes);
// Asks for large pages behind memory that will be used soon, all of it.
void ouroi_os_prefer_huge(void *p, size_t bytes);
// Maps all of what one ouroi_os_map gave elsewhere, with zeroed memory behind it, and copies nothing. Returns NULL if
// that cannot be done: then nothing has changed.
void *ouroi_os_grow(void *p, size_t bytes, size_t grown, size_t align);
// Nanoseconds of a clock that never goes back.
uint64_t ouroi_os_now(void);

#endif

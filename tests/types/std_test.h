// SPDX-License-Identifier: MIT
// std_test.h: test.h for the standard objects: every runtime has them open when a body begins.
#ifndef OURO_STD_TEST_H
#define OURO_STD_TEST_H

#include "test.h"

#include <ouro/std.h>

__attribute__((constructor)) static void std_test_prepare(void) {
    test_prepare = ouro_std_open;
}

#endif

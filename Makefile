# SPDX-License-Identifier: MIT
# Builds Ouro into build/. `make help` lists what can be made; tools/README.md says what the tools do.

# ---- what you may set ----
VARIANT ?= release
# How the tests run: plain, stress (a collection before every allocation) or fault (every allocation fails once).
MODE ?= plain
# Besides these CC, CXX, CPPFLAGS, CFLAGS, CXXFLAGS and LDFLAGS.
PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
DESTDIR ?=
# The least that `make coverage` accepts, in percent of lines and of branches.
COVERAGE_LINES ?= 97
COVERAGE_BRANCHES ?= 93
# The wing beside the floors: the standard objects, libouro-std. WING= leaves it out, with its tests and examples.
WING ?= types
# How long each fuzzer runs.
FUZZ_SECONDS ?= 20
# V=1 shows the commands.
V ?=

# ---- what the variants mean ----
SANITIZE := -O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all
FLAGS_release := -O2 -g
FLAGS_debug := -O1 -g -DOURO_DEBUG=1
FLAGS_asan := $(SANITIZE) -fsanitize=address,undefined
FLAGS_asan-debug := $(FLAGS_asan) -DOURO_DEBUG=1
FLAGS_tsan := $(SANITIZE) -fsanitize=thread
FLAGS_cov := -O0 -g --coverage -DOURO_COVERAGE=1
FLAGS_cov-debug := $(FLAGS_cov) -DOURO_DEBUG=1
FLAGS_valgrind := -O1 -g -DOURO_DEBUG=1 -DOURO_VALGRIND=1
FLAGS_amalgam := -O2 -g -Werror
FLAGS_fuzz := $(SANITIZE) -fsanitize=fuzzer-no-link,address,undefined -DOURO_LIBFUZZER=1

VARIANTS := $(sort $(patsubst FLAGS_%,%,$(filter FLAGS_%,$(.VARIABLES))))
$(if $(filter $(VARIANTS),$(VARIANT)),,$(error VARIANT=$(VARIANT): there is no such variant; there are $(VARIANTS)))
$(if $(filter plain stress fault,$(MODE)),,$(error MODE=$(MODE): there is no such mode; plain, stress and fault are))

# Criterion cannot start under TSan, and hides what valgrind finds; there a small shim runs the same tests.
SHIM := $(filter tsan valgrind amalgam,$(VARIANT))
# TSan of gcc 12 cannot live with addresses as random as newer kernels make them.
WRAP_tsan = $(shell setarch -R true 2>/dev/null && echo setarch -R)
WRAP_valgrind := valgrind -q --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite
# The amalgamation stands in for the sources and headers, and serves the tests that include nothing internal.
AMALGAM := $(filter amalgam,$(VARIANT))

# ---- rules ----
# The architecture: a file uses its own floor and those to the left of it. `make lint` proves it.
FLOORS := base mem object gc observe
SOURCES := $(foreach f,$(FLOORS),$(sort $(wildcard runtime/$f/*.c))) $(wildcard runtime/runtime.c)
STD_SOURCES := $(foreach w,$(WING),$(sort $(wildcard runtime/$w/*.c)))
CORE := $(if $(AMALGAM),build/amalgam/ouro.c,$(SOURCES))
STD := $(if $(AMALGAM),$(if $(STD_SOURCES),build/amalgam/ouro_std.c),$(STD_SOURCES))
HEADERS := include/ouro.h $(sort $(wildcard include/ouro/*.h))
VERSION := $(shell awk '$$2 == "OURO_VERSION" { gsub(/"/, "", $$3); print $$3 }' include/ouro/base.h)
MAJOR := $(firstword $(subst ., ,$(VERSION)))

B := build/$(VARIANT)
# The libraries, in the order in which a program links them, and what the second needs besides the first.
NAMES := $(if $(STD),ouro-std) ouro
LIBS := $(NAMES:%=$(B)/lib%.a)
SHARED := $(NAMES:%=$(B)/lib%.so.$(VERSION))
LIB := $(B)/libouro.a
STD_NEEDS := -Wl,--as-needed -ltommath -lm
WITH_STD := $(shell grep -ls '^#include <ouro/std.h>' examples/*.c* examples/*/*.[ch] tests/*/*.cc tests/fuzz/*.c)
NEED_STD := $(if $(STD),,tests/types/% $(WITH_STD))
Q := $(if $(V),,@)
MAKE_HERE = +$(Q)$(MAKE) --no-print-directory

WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Wundef -Wvla
C_WARNINGS := $(WARNINGS) -Wstrict-prototypes -Wmissing-prototypes
ALL_CPPFLAGS = $(if $(AMALGAM),-Ibuild/amalgam -I$(B)/include,-Iinclude) $(CPPFLAGS)
TEST_CPPFLAGS = $(if $(AMALGAM),,-Iruntime) -Itests/support
ALL_CFLAGS = -std=gnu11 -fvisibility=hidden $(C_WARNINGS) $(FLAGS_$(VARIANT)) $(CFLAGS)
ALL_CXXFLAGS = -std=c++17 -pedantic -Wall -Wextra $(FLAGS_$(VARIANT)) $(CXXFLAGS)
LINKER = $(CC)
LINK = $(LINKER) $(FLAGS_$(VARIANT)) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o %.a,$^)
PROGRAM = $(LINK) -pthread $(STD_NEEDS)
objects = $(patsubst %,$(B)/obj/%.o,$(patsubst %.c,%,$(1)))

EXAMPLES_C := $(patsubst %.c,$(B)/%,$(filter-out $(NEED_STD),$(wildcard examples/*.c)))
EXAMPLES_CC := $(patsubst %.cc,$(B)/%-cc,$(filter-out $(NEED_STD),$(wildcard examples/*.cc)))
EXAMPLES_DIR := $(patsubst %/,$(B)/%,$(filter-out $(dir $(NEED_STD)),$(sort $(dir $(wildcard examples/*/*.c)))))
EXAMPLES := $(EXAMPLES_C) $(EXAMPLES_CC) $(EXAMPLES_DIR)

TEST_SOURCES := $(filter-out tests/fuzz/% tests/data/% tests/golden/% tests/gates/% $(NEED_STD),$(wildcard tests/*/*.c))
ifneq ($(AMALGAM),)
TEST_SOURCES := $(shell for t in $(TEST_SOURCES); do \
    $(CC) -MM -Iinclude -Iruntime -Itests/support -DOURO_TEST_SHIM=1 $$t | grep -q 'runtime/' || echo $$t; done)
endif
SUPPORT := $(filter-out $(if $(SHIM),,tests/support/shim.c),$(filter tests/support/%,$(TEST_SOURCES)))
SUITES := $(filter-out support,$(patsubst tests/%/,%,$(sort $(dir $(TEST_SOURCES)))))
TESTS_CC := $(patsubst %.cc,$(B)/%-cc,$(filter-out $(NEED_STD),$(wildcard tests/*/*.cc)))
# Scripts that test tools; no variant makes them different.
TEST_SCRIPTS := $(if $(filter release,$(VARIANT)),$(wildcard tests/bench/report))
TESTS := $(SUITES:%=$(B)/tests/%/suite) $(TESTS_CC)
FUZZERS := $(patsubst tests/%.c,$(B)/%,$(filter-out $(NEED_STD),$(wildcard tests/fuzz/*.c)))
# What each fuzzer is linked with.
fuzz_api := $(wildcard tests/model/graph*.c)
fuzz_lisp := $(filter-out %/main.c,$(wildcard examples/lisp/*.c))
CRITERION = $(if $(SHIM),,$(shell pkg-config --libs criterion 2>/dev/null || echo -lcriterion))

export CC CXX FLOORS WING V

.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDEXPANSION:
.DEFAULT_GOAL := all

all: $(LIBS) $(if $(filter release,$(VARIANT)),$(SHARED)) $(EXAMPLES) ## the libraries and the examples
run: $(B)/examples/depgraph $(if $(STD),$(B)/examples/studies) ## dependency graphs (ARGS=file), then the case studies
	$(Q)$< $(ARGS)
	$(Q)$(if $(STD),$(B)/examples/studies --quick)

examples: $(EXAMPLES) ## run every example
	$(Q)for e in $(EXAMPLES); do echo "== $$e"; $$e < /dev/null || exit 1; done

check: all $(TESTS) ## every test and example; the last line is `N passed, N failed`
	$(Q)WRAP="$(WRAP_$(VARIANT))" tools/run_tests $(B) $(MODE) "$(SUITES)" "$(TESTS_CC) $(TEST_SCRIPTS)" \
	    "$(notdir $(EXAMPLES))"

SANITIZED := check-asan check-asan-debug check-tsan check-debug check-valgrind
$(SANITIZED): check-%:
	$(MAKE_HERE) VARIANT=$* check
check-asan: ## check under AddressSanitizer and UBSan; check-asan-debug: with the debug checks too
check-tsan: ## check under ThreadSanitizer
check-valgrind: ## check under valgrind
check-debug: ## check the debug build
check-stress: ## check with a collection before every allocation
	$(MAKE_HERE) MODE=stress check
check-fault: ## check with every allocation failing
	$(MAKE_HERE) MODE=fault check

check-amalgam: amalgam $(SHARED) ## check the one-file libraries
	$(MAKE_HERE) VARIANT=amalgam check
	$(Q)for n in $(NAMES); do \
	    tools/check_names --same $(B)/lib$$n.so.$(VERSION) build/amalgam/lib$$n.a || exit 1; done

check-valgrind check-gates: | build/.have-check-gates
fuzz: | build/.have-fuzz
check-gates: ## plant mistakes, and see each gate find its own
	$(Q)tests/gates/run

check-slices: $(B)/tests/model/suite ## collections in slices: 10^8 random steps, and schedules of small heaps tried out
	$(Q)OURO_SLICES_SEEDS=1050 OURO_SLICES_STEPS=100000 OURO_EXPLORE=16 $< --filter 'model/@(slices|explore)*'

coverage: ## how much of the sources the tests reach; the last line is the total
	$(MAKE_HERE) VARIANT=cov coverage-run
	$(MAKE_HERE) VARIANT=cov-debug coverage-run
	$(Q)tools/coverage $(COVERAGE_LINES) $(COVERAGE_BRANCHES) "mem object gc $(WING)" build/cov build/cov-debug
coverage-run: all $(TESTS)
	$(Q)find $(B) -name '*.gcda' -exec rm -f {} +
	$(Q)tools/run_tests $(B) plain "$(SUITES)" "$(TESTS_CC)" "$(notdir $(EXAMPLES))"
	$(Q)tools/run_tests $(B) fault "$(SUITES)" "" ""

fuzz: ## let each fuzzer run for FUZZ_SECONDS (needs clang)
	$(MAKE_HERE) VARIANT=fuzz CC=clang fuzz-run
fuzz-run: $(FUZZERS)
	$(Q)tools/run_fuzzers $(FUZZ_SECONDS) $(FUZZERS)

AMALGAMATED := $(subst -,_,$(NAMES:%=build/amalgam/%.c))
amalgam: $(AMALGAMATED) ## each library as one file: build/amalgam/ouro.c, ouro.h; ouro_std.c, ouro_std.h
$(AMALGAMATED): tools/amalgamate $(SOURCES) $(STD_SOURCES) $(HEADERS) $(wildcard runtime/*/*.h) build/.sources
build/amalgam/ouro.c:
	$(Q)tools/amalgamate $(@:.c=) include/ouro.h $(SOURCES)
# Tests and examples ask for the headers by the names that an installation has.
build/amalgam/ouro_std.c:
	$(Q)tools/amalgamate $(@:.c=) include/ouro/std.h $(STD_SOURCES)
	$(Q)mkdir -p $(@D)/include/ouro
	$(Q)for h in $(filter include/ouro/%,$(HEADERS)); do echo '#include "ouro_std.h"' > $(@D)/$$h; done

WARNED := gcc-release gcc-debug clang-release clang-debug
LINTS := lint-floors lint-names lint-headers lint-format lint-budgets lint-words lint-scripts lint-warnings
lint: $(LINTS) ## everything about the sources that a machine can judge
$(LINTS) $(WARNED:%=warned-%): | build/.have-lint
lint-floors: $(LIBS)
	$(Q)tools/check_floors $(B)/obj/runtime "$(WING)" $(FLOORS)
lint-names: $(LIBS) $(SHARED)
	$(Q)tools/check_names $(B) $(VERSION) $(NAMES)
lint-headers lint-format lint-budgets lint-words lint-scripts: lint-%:
	$(Q)tools/check_$*
lint-warnings: $(WARNED:%=warned-%)
$(WARNED:%=warned-%): warned-%:
	$(MAKE_HERE) CC=$(firstword $(subst -, ,$*)) VARIANT=$(lastword $(subst -, ,$*)) \
	    B=build/lint/$* CFLAGS=-Werror CXXFLAGS=-Werror objects && echo "warnings: none with $*"
objects: $(call objects,$(CORE) $(STD) $(TEST_SOURCES)) $(EXAMPLES) $(TESTS_CC)

# One list for both, so that what goes in comes out.
PC := $(LIBDIR)/pkgconfig
INSTALLED := $(HEADERS:include/%=$(INCLUDEDIR)/%) $(foreach n,$(NAMES),$(PC)/$n.pc $(PC)/$n-debug.pc \
    $(addprefix $(LIBDIR)/lib$n,.a -debug.a .so .so.$(MAJOR) .so.$(VERSION)))
below_prefix = $(if $(filter $(PREFIX)/%,$(1)),$(1:$(PREFIX)/%=%),$(error $(1) is not below PREFIX=$(PREFIX)))
up = $(shell echo $(call below_prefix,$(PC)) | sed 's|[^/][^/]*|..|g')
# What differs between the packages of a library is its name, and what the debug build adds.
pc = sed -e 's,@NAME@,$(2),; s,@MORE@,$(3),; s,@CORE@,$(subst -std,,$(2)),; s,@VERSION@,$(VERSION),g; s,@UP@,$(up),' \
    -e 's,@LIBDIR@,$(call below_prefix,$(LIBDIR)),; s,@INCLUDEDIR@,$(call below_prefix,$(INCLUDEDIR)),' \
    tools/$(1).pc.in > $(DESTDIR)$(PC)/$(2).pc
INTO = $(DESTDIR)$(LIBDIR)

install: $(LIBS) $(SHARED) ## into DESTDIR PREFIX, LIBDIR, INCLUDEDIR
	$(MAKE_HERE) VARIANT=debug $(NAMES:%=build/debug/lib%.a)
	$(Q)install -d $(addprefix $(DESTDIR),$(INCLUDEDIR)/ouro $(PC))
	$(Q)install -m 644 include/ouro.h $(DESTDIR)$(INCLUDEDIR)
	$(Q)install -m 644 $(filter include/ouro/%,$(HEADERS)) $(DESTDIR)$(INCLUDEDIR)/ouro
	$(Q)install -m 644 $(LIBS) $(INTO)
	$(Q)install -m 755 $(SHARED) $(INTO)
	$(Q)for n in $(NAMES); do \
	    install -m 644 build/debug/lib$$n.a $(INTO)/lib$$n-debug.a && \
	    ln -sf lib$$n.so.$(VERSION) $(INTO)/lib$$n.so.$(MAJOR) && \
	    ln -sf lib$$n.so.$(MAJOR) $(INTO)/lib$$n.so || exit 1; done
	$(Q)$(call pc,ouro,ouro,)
	$(Q)$(call pc,ouro,ouro-debug,-DOURO_DEBUG=1)
ifneq ($(STD),)
	$(Q)$(call pc,ouro-std,ouro-std,)
	$(Q)$(call pc,ouro-std,ouro-std-debug,-ltommath -lm)
endif
uninstall: ## take away exactly what install put there
	$(Q)rm -f $(addprefix $(DESTDIR),$(INSTALLED))
	$(Q)for d in $(INCLUDEDIR)/ouro $(PC); do rmdir $(DESTDIR)$$d 2>/dev/null || :; done
installcheck: $(LIBS) $(SHARED) ## install aside, build programs against that, run them, uninstall
	+$(Q)tools/installcheck $(VERSION) $(NAMES)

clean: ## remove build/
	$(Q)rm -rf build
help: ## this list
	$(Q)awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST) | sort
	$(Q)echo "VARIANT=$(VARIANT), of $(VARIANTS); MODE=$(MODE), of plain stress fault"

# A stamp is rewritten only when its text changes, and what depends on it is made again exactly then.
build/.sources $(B)/.sources: STAMP = $(CORE) $(STD) $(TEST_SOURCES) $(TESTS_CC) $(EXAMPLES)
COMMANDS := $(CC) $(CXX) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(ALL_CXXFLAGS) $(LDFLAGS) $(STD_NEEDS)
$(B)/.flags: STAMP = $(COMMANDS)
build/.sources $(B)/.sources $(B)/.flags: FORCE
	@mkdir -p $(@D)
	@echo '$(STAMP)' | cmp -s - $@ || echo '$(STAMP)' > $@
# What a build needs and does not find is said in one line.
HAVE := run check lint fuzz check-gates
$(HAVE:%=build/.have-%): build/.have-%: tools/bootstrap
	@CC="$(CC)" tools/bootstrap --missing $*
	@mkdir -p $(@D) && touch $@

# It has the file in it.
$(B)/obj/examples/lisp/builtins.o: examples/lisp/prelude.lisp
# Examples see the public headers only.
$(B)/obj/runtime/%.o: ALL_CPPFLAGS += -Iruntime
# What is called once for many objects, or in trouble, is released small (measured: 109 -> 102 KB of text).
SELDOM := mem/guard mem/segment mem/usage object/error object/root object/type gc/control gc/finish gc/inspect gc/pause \
    observe/events observe/verify runtime
ifeq ($(VARIANT),release)
$(foreach f,$(SELDOM),$(B)/obj/runtime/$f.o $(B)/obj/runtime/$f.pic.o): ALL_CFLAGS += -Os
endif
$(B)/obj/tests/%.o: ALL_CPPFLAGS += $(TEST_CPPFLAGS) -DOURO_TEST_SHIM=$(if $(SHIM),1,0)
$(B)/obj/%.o: %.c $(B)/.flags | build/.have-run
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<
$(B)/obj/%.pic.o: %.c $(B)/.flags | build/.have-run
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -fPIC -MMD -MP -c -o $@ $<
$(B)/obj/%-cc.o: %.cc $(B)/.flags | build/.have-run
	@mkdir -p $(@D)
	$(Q)$(CXX) $(ALL_CPPFLAGS) $(ALL_CXXFLAGS) -MMD -MP -c -o $@ $<

$(B)/libouro.a: $(call objects,$(CORE))
$(B)/libouro-std.a: $(call objects,$(STD))
$(LIBS): $(B)/.sources
	$(Q)rm -f $@ && $(AR) rcs $@ $(filter %.o,$^)
pic = $(patsubst %.c,$(B)/obj/%.pic.o,$(1))
LINK_SHARED = $(LINK) -shared -Wl,-soname,$(@F:.$(VERSION)=.$(MAJOR)) -Wl,-z,defs
$(B)/libouro.so.$(VERSION): $(call pic,$(CORE)) $(B)/.sources
	$(Q)$(LINK_SHARED)
$(B)/libouro-std.so.$(VERSION): $(call pic,$(STD)) $(B)/libouro.so.$(VERSION) $(B)/.sources
	$(Q)$(LINK_SHARED) $(B)/libouro.so.$(VERSION) $(STD_NEEDS)

$(EXAMPLES_C) $(EXAMPLES_CC) $(TESTS_CC): $(B)/%: $(B)/obj/%.o $(LIBS)
# So that `make run` builds no more than it needs.
uses_std = $(filter $(1)/%,$(WITH_STD))
$(EXAMPLES_DIR): $(B)/%: $$(call objects,$$(wildcard $$*/*.c)) $$(if $$(call uses_std,$$*),$(LIBS),$(LIB)) $(B)/.sources
$(EXAMPLES_CC) $(TESTS_CC): LINKER = $(CXX)
$(EXAMPLES) $(TESTS_CC):
	@mkdir -p $(@D)
	$(Q)$(PROGRAM)

# Beside each test program stands the number of tests in its sources, so that none can get lost on the way.
$(call objects,$(filter-out tests/support/shim.c,$(TEST_SOURCES))): | $(if $(SHIM),,build/.have-check)
sources_of = $(filter tests/$(1)/%,$(TEST_SOURCES))
$(SUITES:%=$(B)/tests/%/suite): $(B)/tests/%/suite: $$(call objects,$$(call sources_of,$$*) $(SUPPORT)) $(LIBS) \
    $(B)/.sources
	@mkdir -p $(@D)
	$(Q)$(PROGRAM) $(CRITERION)
	@$(CC) -E $(ALL_CPPFLAGS) $(FLAGS_$(VARIANT)) $(TEST_CPPFLAGS) -DOURO_TEST_SHIM=1 $(call sources_of,$*) \
	    | grep -o 'static shim_test t =' | wc -l > $@.count

$(FUZZERS): $(B)/%: $(B)/obj/tests/%.o $$(call objects,$$(fuzz_$$(@F))) $(LIBS)
	@mkdir -p $(@D)
	$(Q)$(LINK) -fsanitize=fuzzer $(STD_NEEDS)

-include tools/bench/bench.mk
-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)

FORCE:
.PHONY: all run examples check $(SANITIZED) check-stress check-fault check-amalgam check-gates check-slices coverage \
    coverage-run fuzz fuzz-run amalgam lint $(LINTS) $(WARNED:%=warned-%) objects install uninstall installcheck clean \
    help FORCE

# SPDX-License-Identifier: MIT
# bench.mk: builds the benchmark programs, one for each peer that this machine has, and runs them.
#   make bench [W="W4 W5"] [N=5] [PEERS="cpython malloc mimalloc" or no] [CPU=1] [LIMIT=4]

# Only these workloads, so many rounds, compared with these.
W ?=
N ?= 5
PEERS ?= $(BENCH_KNOWN)

BENCH := $(B)/bench
bench_objects = $(call objects,tools/bench/bench.c tools/bench/workloads.c tools/bench/growth.c tools/bench/work_$(1).c)
# What the peers with standard objects have besides.
std_objects = $(call bench_objects,$(1)) \
    $(call objects,tools/bench/std_workloads.c tools/bench/std_bounds.c tools/bench/std_$(1).c)
# What the peers have that collect by themselves.
pause_objects = $(call objects,tools/bench/pauses.c tools/bench/pause_$(1).c)
# yes, if a program can be linked like this.
bench_links = $(shell echo 'int main(void) { return 0; }' | $(CC) -x c - $(1) -o /dev/null 2>/dev/null && echo yes)

$(BENCH)/bench_ouro: $(call std_objects,ouro) $(call pause_objects,ouro) $(LIBS)
$(BENCH)/bench_ouro: BENCH_LIBS = $(STD_NEEDS)

# ---- the peers, a block for each: its name, its package, what is not empty if it is here, and how it is linked
BENCH_KNOWN += cpython
BENCH_PACKAGE_cpython := python3.11-dev
# A static library is its fastest build, and what an embedder would link.
PYTHON_CONFIG ?= /usr/bin/python3.11-config
BENCH_HAS_cpython = $(wildcard $(shell $(PYTHON_CONFIG) --configdir 2>/dev/null)/libpython3.11.a)
$(BENCH)/bench_cpython: $(call std_objects,cpython) $(call pause_objects,cpython)
$(BENCH)/bench_cpython: BENCH_LIBS = -no-pie $(BENCH_HAS_cpython) -lz -lexpat \
    $(filter-out -L% -lpython%,$(shell $(PYTHON_CONFIG) --ldflags --embed))
$(call objects,tools/bench/work_cpython.c tools/bench/std_cpython.c tools/bench/pause_cpython.c): \
    ALL_CPPFLAGS = $(subst -I,-isystem ,$(shell $(PYTHON_CONFIG) --includes))

BENCH_KNOWN += boehm
BENCH_PACKAGE_boehm := libgc-dev
# The static library, as CPython's.
BENCH_HAS_boehm = $(call bench_links,-l:libgc.a)
$(BENCH)/bench_boehm: $(call bench_objects,boehm) $(call pause_objects,boehm)
$(BENCH)/bench_boehm: BENCH_LIBS = -l:libgc.a

BENCH_KNOWN += boehm-inc
BENCH_PACKAGE_boehm-inc := libgc-dev
BENCH_HAS_boehm-inc = $(BENCH_HAS_boehm)
$(BENCH)/bench_boehm-inc: $(call bench_objects,boehm) $(call pause_objects,boehm)
$(BENCH)/bench_boehm-inc: BENCH_LIBS = -l:libgc.a

BENCH_KNOWN += cork
BENCH_PACKAGE_cork := libcork-dev
BENCH_HAS_cork = $(call bench_links,-lcork)
$(BENCH)/bench_cork: $(call bench_objects,cork)
$(BENCH)/bench_cork: BENCH_LIBS = -lcork

BENCH_KNOWN += glib
BENCH_PACKAGE_glib := libglib2.0-dev
BENCH_HAS_glib = $(shell pkg-config --libs gobject-2.0 2>/dev/null)
$(BENCH)/bench_glib: $(call bench_objects,glib)
$(BENCH)/bench_glib: BENCH_LIBS = $(BENCH_HAS_glib)
$(call objects,tools/bench/work_glib.c): \
    ALL_CPPFLAGS = $(subst -I,-isystem ,$(shell pkg-config --cflags gobject-2.0))

BENCH_KNOWN += lua
BENCH_PACKAGE_lua := liblua5.4-dev
LUA_CPPFLAGS ?= -isystem /usr/include/lua5.4
LUA_LIBS ?= -l:liblua5.4.a -lm -ldl
BENCH_HAS_lua = $(call bench_links,$(LUA_LIBS))
$(BENCH)/bench_lua: $(call bench_objects,lua) $(call pause_objects,lua)
$(BENCH)/bench_lua: BENCH_LIBS = $(LUA_LIBS)
$(call objects,tools/bench/work_lua.c tools/bench/pause_lua.c): ALL_CPPFLAGS = $(LUA_CPPFLAGS)

# Lua with its generational collector: the same program, which looks at its name.
BENCH_KNOWN += lua-gen
BENCH_PACKAGE_lua-gen := $(BENCH_PACKAGE_lua)
BENCH_HAS_lua-gen = $(BENCH_HAS_lua)
$(BENCH)/bench_lua-gen: $(BENCH)/bench_lua
	$(Q)ln -sf bench_lua $@

BENCH_KNOWN += nim
BENCH_PACKAGE_nim := nim
NIM ?= nim
BENCH_HAS_nim = $(shell command -v $(NIM))
$(BENCH)/bench_nim: tools/bench/work_nim.nim tools/bench/pause_nim.nim tools/bench/bench.h \
    tools/bench/bench_pauses.h $(filter-out %_nim.o,$(call bench_objects,nim) $(call pause_objects,nim))
	@mkdir -p $(@D)
	$(Q)$(NIM) compile --mm:orc -d:release -d:danger --hints:off --nimcache:$(@D)/nim --out:$@ \
	    --cincludes:tools/bench --passL:"$(filter %.o,$^)" $<

BENCH_KNOWN += php
BENCH_PACKAGE_php := php-cli
BENCH_HAS_php = $(shell php -n -r 'echo function_exists("pcntl_exec") ? "yes" : "";' 2>/dev/null)
BENCH_PHP := $(BENCH)/work_php.php $(BENCH)/work_php_ops.php
$(BENCH)/bench_php: $(call bench_objects,php) $(BENCH_PHP)
$(BENCH_PHP): $(BENCH)/%: tools/bench/%
	@mkdir -p $(@D)
	$(Q)cp $< $@

BENCH_KNOWN += malloc
BENCH_HAS_malloc := yes
$(BENCH)/bench_malloc: $(call bench_objects,malloc)

BENCH_KNOWN += mimalloc
BENCH_PACKAGE_mimalloc := libmimalloc-dev
BENCH_HAS_mimalloc = $(call bench_links,-lmimalloc)
$(BENCH)/bench_mimalloc: $(call bench_objects,malloc)
$(BENCH)/bench_mimalloc: BENCH_LIBS = -lmimalloc

# ---- building and running
ifneq ($(findstring bench,$(MAKECMDGOALS)),)
$(if $(STD),,$(error bench: without the standard objects (WING=) there is half to measure))
$(foreach p,$(filter-out no $(BENCH_KNOWN),$(PEERS)),$(error bench: there is no peer $p; there are $(BENCH_KNOWN)))
BENCH_WANTED := $(filter $(BENCH_KNOWN),$(PEERS))
BENCH_HERE := $(foreach p,$(BENCH_WANTED),$(if $(BENCH_HAS_$p),$p))
BENCH_MISSING := $(foreach p,$(filter-out $(BENCH_HERE),$(BENCH_WANTED)),$p:$(BENCH_PACKAGE_$p))
endif
BENCH_PROGRAMS := $(BENCH)/bench_ouro $(BENCH_HERE:%=$(BENCH)/bench_%)
BENCH_RUN = CPU="$(CPU)" LIMIT="$(LIMIT)" tools/bench/driver -w "$(W)" -s "$(BENCH_MISSING)"

bench: $(BENCH_PROGRAMS) ## compare with other runtimes; W="W4 W5" picks workloads, PEERS=no leaves the others out
	$(Q)$(BENCH_RUN) -n $(N) -o build/bench.json $^
bench-quick: $(BENCH_PROGRAMS) ## the same with a fifth of the work, in less than two minutes
	$(Q)$(BENCH_RUN) -q -n 3 -o build/bench-quick.json $^
.PHONY: bench bench-quick

$(BENCH)/bench_%:
	@mkdir -p $(@D)
	$(Q)$(LINK) $(BENCH_LIBS)

# SPDX-License-Identifier: MIT
# bench.mk: builds the benchmark programs, one for each peer that this machine has, and runs them.
#   make bench [W="W4 W5"] [N=5] [PEERS="cpython malloc mimalloc" or no] [CPU=1] [LIMIT=15]

# Only these workloads, so many rounds, compared with these.
W ?=
N ?= 5
PEERS ?= cpython malloc mimalloc
# The peer CPython: a static library is its fastest build, and what an embedder would link.
PYTHON_CONFIG ?= /usr/bin/python3.11-config

BENCH := $(B)/bench
bench_objects = $(call objects,tools/bench/bench.c tools/bench/workloads.c tools/bench/work_$(1).c)
# What the peers with standard objects have besides.
std_objects = $(call bench_objects,$(1)) \
    $(call objects,tools/bench/std_workloads.c tools/bench/std_bounds.c tools/bench/std_$(1).c)

ifneq ($(findstring bench,$(MAKECMDGOALS)),)
$(if $(STD),,$(error bench: without the standard objects (WING=) there is half to measure))
BENCH_PYTHON := $(wildcard $(shell $(PYTHON_CONFIG) --configdir 2>/dev/null)/libpython3.11.a)
BENCH_MIMALLOC := $(shell echo 'int main(void) { return 0; }' | $(CC) -x c - -lmimalloc -o /dev/null 2>/dev/null && \
    echo yes)
BENCH_HERE := malloc $(if $(BENCH_PYTHON),cpython) $(if $(BENCH_MIMALLOC),mimalloc)
BENCH_PEERS := $(filter $(BENCH_HERE),$(filter-out no,$(PEERS)))
$(foreach p,$(filter-out no $(BENCH_HERE),$(PEERS)),$(info bench: $p is not installed here (python3.11-dev, \
    libmimalloc-dev); left out))
endif
BENCH_PROGRAMS := $(BENCH)/bench_ouro $(BENCH_PEERS:%=$(BENCH)/bench_%)

bench: $(BENCH_PROGRAMS) ## compare with CPython and malloc; W="W4 W5" picks workloads, PEERS=no leaves the others out
	$(Q)CPU="$(CPU)" LIMIT="$(LIMIT)" tools/bench/driver -n $(N) -w "$(W)" -o build/bench.json $^
bench-quick: $(BENCH_PROGRAMS) ## the same with a fifth of the work, in less than two minutes
	$(Q)CPU="$(CPU)" LIMIT="$(LIMIT)" tools/bench/driver -q -n 3 -w "$(W)" -o build/bench-quick.json $^
.PHONY: bench bench-quick

$(BENCH)/bench_ouro: $(call std_objects,ouro) $(LIBS)
$(BENCH)/bench_ouro: BENCH_LIBS = $(STD_NEEDS)
$(BENCH)/bench_malloc: $(call bench_objects,malloc)
$(BENCH)/bench_mimalloc: $(call bench_objects,malloc)
$(BENCH)/bench_mimalloc: BENCH_LIBS = -lmimalloc
$(BENCH)/bench_cpython: $(call std_objects,cpython)
$(BENCH)/bench_cpython: BENCH_LIBS = -no-pie $(BENCH_PYTHON) -lz -lexpat \
    $(filter-out -L% -lpython%,$(shell $(PYTHON_CONFIG) --ldflags --embed))
$(call objects,tools/bench/work_cpython.c tools/bench/std_cpython.c): \
    ALL_CPPFLAGS = $(subst -I,-isystem ,$(shell $(PYTHON_CONFIG) --includes))
$(BENCH)/bench_%:
	@mkdir -p $(@D)
	$(Q)$(LINK) $(BENCH_LIBS)

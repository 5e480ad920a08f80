#!/bin/sh
# SPDX-License-Identifier: MIT
# depgraph.sh: the dependency-graph example on good and on bad indexes.
#   depgraph.sh FOLDER       the folder in which the program `depgraph` is
# Looks at exit codes, at messages and their line numbers, and compares the whole report on the shipped extract with
# depgraph.txt, times masked. A sanitizer's complaint is a failure. WRAP is put in front of each command.
# The last line is `N passed, N failed`.
set -u

[ $# -eq 1 ] || { echo "usage: depgraph.sh FOLDER" >&2; exit 2; }
program=$(cd "$1" && pwd)/depgraph
[ -f "$program" ] || { echo "$program is not there"; echo "0 passed, 1 failed"; exit 1; }
tests=$(cd "$(dirname "$0")" && pwd)
extract=examples/depgraph/extract.Packages
helper=/usr/lib/apt/apt-helper
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=0 failed=0
export LC_ALL=C
cd "$tests/../.." || exit 2

pass() { passed=$((passed + 1)); }

# fail NAME WHY
fail() {
    failed=$((failed + 1))
    echo "$1: $2"
    sed 's/^/    /' "$scratch/out" "$scratch/err" | tail -n 20
}

# run ARGUMENT...: leaves the exit code in $code.
run() {
    # WRAP is a command with its options.
    # shellcheck disable=SC2086
    ${WRAP:-} "$program" "$@" > "$scratch/out" 2> "$scratch/err" < /dev/null
    code=$?
}

# judge NAME CODE STDERR: the exit code, and an extended regular expression for a line of stderr ("" for silence).
judge() {
    if grep -qE 'Sanitizer|runtime error: ' "$scratch/err"; then
        fail "$1" "the sanitizer complained"
    elif [ "$code" -ne "$2" ]; then
        fail "$1" "exit code $code, not $2"
    elif [ -n "$3" ] && ! grep -qE -e "$3" "$scratch/err"; then
        fail "$1" "no such message: $3"
    elif [ -z "$3" ] && [ -s "$scratch/err" ]; then
        fail "$1" "a message"
    else
        pass
    fi
}

# bad NAME REST: the index $scratch/NAME is refused; REST is what follows its path in the message.
bad() {
    run "$scratch/$1"
    judge "$1" 1 "^depgraph: $scratch/$1:$2"
}

# says NAME REGEX: a line of the last report.
says() {
    if grep -qE -e "$2" "$scratch/out"; then
        pass
    else
        fail "$1" "the report does not say: $2"
    fi
}

# ---- good ones ----

run "$extract"
judge extract 0 ''
sed -E -e 's/ *[0-9.]+ ms/ # ms/g' -e 's/(own words: ).*package.*/\1#/' -e 's/  +/  /g' "$scratch/out" > "$scratch/masked"
if diff "$tests/depgraph.txt" "$scratch/masked" > "$scratch/err"; then
    pass
else
    fail extract "not the expected report"
fi
if [ "$(grep -c '^shown: ' "$scratch/out")" -eq 1 ] && tail -n 1 "$scratch/out" | grep -q '^shown: '; then
    pass
else
    fail extract "its last line, and no other, begins with 'shown: '"
fi

run --all "$extract"
judge all 0 ''
says all '^ *12  libecore-drm2-1 .* libevas1-engines-x$'

cat > "$scratch/rules" << 'END'
Package: a
Version: 1.9
Architecture: all
Depends: lost

Package: a
Version: 1.10
Architecture: amd64
Depends: b | c (>= 1:2),
 virtual [amd64] <!nocheck>, b, a, none | nothing
Suggests: d:any

Package: a
Version: 1.10~rc1
Architecture: amd64
Depends: lost

Package: b
Version: 1
Architecture: amd64
Pre-Depends: a

Package: c
Version: 1
Architecture: all

Package: d
Version: 1
Architecture: i386
Provides: virtual, other (= 1)
Recommends: a:i386, c:i386

Package: e
Architecture: amd64
Version: 2
provides: virtual
Depends: d:amd64

END
# a refers to b, c and e (a virtual name stays within the architecture); b to a. Suggests: a to d, as no other d is there.
run "$scratch/rules"
judge rules 0 ''
says rules '^  7 stanzas, 5 packages read in .* \(2 left out for a newer version, 0 not installed\)$'
says rules '^  4 references; 2 relations lead to nothing in the index, 1 to the package itself$'
says rules '^  6 references; 3 relations lead to nothing in the index, 1 to the package itself$'
says rules '^ +2  a b$'
says rules '^  with the collector off: 4 objects left: a .needs 3., b .needs 1., c .needs 0. and 1 more$'
says rules '^shown: of 5 packages, 1 died .* 1 real cycle held 4 back'

cat > "$scratch/status" << 'END'
Package: here
Status: install ok installed
Version: 1

Package: gone
Status: deinstall ok config-files
Version: 1
Depends: here

END
run "$scratch/status"
judge status 0 ''
says status '^  2 stanzas, 1 package read in .* 1 not installed\)$'
says status '^  0 cycles with 0 packages'
says status '^shown: 1 package died the moment .* no cycle held anything back'

# ---- bad ones ----

bad missing ' No such file or directory$'
mkdir "$scratch/folder"
bad folder ' is a directory'
: > "$scratch/empty"
bad empty ' .*not one package'
printf '\n\n' > "$scratch/blank"
bad blank '2: .*not one package'
head -n 20 "$extract" | head -c -5 > "$scratch/cut-in-line"
bad cut-in-line '20: the last line has no end'
head -n 20 "$extract" > "$scratch/cut-in-stanza"
bad cut-in-stanza '20: no empty line behind the last stanza'
printf 'Package: a\nVersion: 1\nDepends: \000b\n\n' > "$scratch/zero-byte"
bad zero-byte '3: a zero byte'
printf 'Package: a\nVersion: \000' > "$scratch/zero-byte-at-end"
bad zero-byte-at-end '2: a zero byte'
run "$program"
judge program 1 "^depgraph: $program:[0-9]+: "
printf 'Package: a\n\n\037\213\010 \377\376 noise\n' > "$scratch/noise"
bad noise "3: neither 'Field: value'"
printf ' begins with a space\n' > "$scratch/continues-nothing"
bad continues-nothing '1: a continuation line that continues nothing'
printf 'Package: a\nVersion: 1\n\nVersion: 2\nDepends: a\n\n' > "$scratch/no-name"
bad no-name '6: the stanza that begins in line 4 has no Package'
printf 'Package: a\nVersion: 1\npackage: b\n\n' > "$scratch/two-names"
bad two-names '3: a second Package in the stanza that begins in line 1'
{
    printf 'Package: a\nDepends: '
    head -c 1100000 /dev/zero | tr '\000' x
    printf '\n\n'
} > "$scratch/long"
bad long '2: a line of more than 1048576 bytes'

# ---- compressed ones ----

gzip -c "$extract" > "$scratch/odd;name \$(x).gz"
head -c 20000 "$scratch/odd;name \$(x).gz" > "$scratch/cut.gz"
if [ -x $helper ]; then
    run "$scratch/odd;name \$(x).gz"
    judge gz 0 ''
    bad cut.gz '[0-9]+: (the compressed list|the last line has no end: the file|no empty line .*: the file) is cut off'
    for list in /var/lib/apt/lists/*_Packages.lz4; do
        [ -r "$list" ] && head -c 9000 "$list" > "$scratch/cut.lz4"
    done
    if [ -s "$scratch/cut.lz4" ]; then
        bad cut.lz4 '([0-9]+:)? the compressed list is cut off or damaged'
    fi
    cp "$extract" "$scratch/false.lz4"
    bad false.lz4 ' the compressed list is cut off or damaged'
    (cd "$scratch" && ln -s "odd;name \$(x).gz" ./-x.gz)
    cd "$scratch" || exit 2
    run -- -x.gz
    judge option-like 0 ''
else
    bad cut.gz ' this list is compressed and .* is not here to read it'
fi

# ---- called wrongly, and nowhere to write ----

run --what
judge unknown-option 2 "^depgraph: '--what' is not understood"
run one two
judge two-files 2 "^depgraph: 'two' is not understood"
run ''
judge no-name-at-all 2 "^depgraph: '' is not understood"
run --help
judge help 0 ''
says help '^usage: depgraph '
${WRAP:-} "$program" "$scratch/rules" > /dev/full 2> "$scratch/err"
code=$?
judge full-disk 1 '^depgraph: cannot write the report'

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

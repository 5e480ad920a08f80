#!/bin/sh
# SPDX-License-Identifier: MIT
# studies.sh: the case studies at reduced size.
#   studies.sh FOLDER        the folder in which the program `studies` is
# Looks at exit codes, at the tables' rows, and at the savings that the studies are there to show: bytes only, since
# times are the machine's. A sanitizer's complaint is a failure. WRAP is put in front of each command.
# The last line is `N passed, N failed`.
set -u

[ $# -eq 1 ] || { echo "usage: studies.sh FOLDER" >&2; exit 2; }
program=$(cd "$1" && pwd)/studies
[ -f "$program" ] || { echo "$program is not there"; echo "0 passed, 1 failed"; exit 1; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=0 failed=0
export LC_ALL=C TMPDIR="$scratch"

pass() { passed=$((passed + 1)); }

# fail NAME WHY
fail() {
    failed=$((failed + 1))
    echo "$1: $2"
    sed 's/^/    /' "$scratch/out" "$scratch/err" | tail -n 20
}

# run CODE ARGUMENT...
run() {
    wanted=$1
    shift
    # WRAP is a command with its options.
    # shellcheck disable=SC2086
    ${WRAP:-} "$program" "$@" > "$scratch/out" 2> "$scratch/err" < /dev/null
    code=$?
    if grep -qE 'Sanitizer|runtime error: ' "$scratch/err"; then
        fail "$*" "the sanitizer complained"
    elif [ "$code" -ne "$wanted" ]; then
        fail "$*" "exit code $code, not $wanted"
    else
        pass
    fi
}

# saves ROW PERCENT: the first row that begins so saves at least so much memory.
saves() {
    percent=$(grep -m 1 -- "^$1" "$scratch/out" | grep -oE -m 1 -- '-?[0-9]+%' | head -n 1 | tr -d %)
    if [ -n "$percent" ] && [ "$percent" -ge "$2" ]; then
        pass
    else
        fail "$1" "saves ${percent:-nothing} per cent of memory, not $2"
    fi
}

# says NAME REGEX: a line of the last run.
says() {
    if grep -qE -e "$2" "$scratch/out" "$scratch/err"; then
        pass
    else
        fail "$1" "no line like: $2"
    fi
}

run 0 --quick
says end '^shown: 4 case studies, at a tenth of the size: '
saves 'LRU, for 1/3 ' 30
saves 'LRU, unbounded, weak values' 30
saves 'typed arrays, one for each field' 70
saves '5 MB, generators' 90
if [ -n "$(find "$scratch" -type f ! -name out ! -name err)" ]; then
    fail files "a temporary file was left"
else
    pass
fi

run 0 --quick choose
says one '^shown: 1 case study, '
run 2 nonsense
says usage '^usage: studies '

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

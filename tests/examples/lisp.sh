#!/bin/sh
# SPDX-License-Identifier: MIT
# lisp.sh: the Lisp example on good programs and on bad ones.
#   lisp.sh FOLDER       the folder in which the program `lisp` is
# Compares what each program of tests/examples/lisp and examples/lisp/programs prints with NAME.txt, and looks at the
# messages for wrong programs, with line and column. A sanitizer's complaint is a failure. WRAP is put in front of each
# command. The last line is `N passed, N failed`.
set -u

[ $# -eq 1 ] || { echo "usage: lisp.sh FOLDER" >&2; exit 2; }
program=$(cd "$1" && pwd)/lisp
[ -f "$program" ] || { echo "$program is not there"; echo "0 passed, 1 failed"; exit 1; }
tests=$(cd "$(dirname "$0")" && pwd)/lisp
programs=$(cd "$tests/../../../examples/lisp/programs" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=0 failed=0
export LC_ALL=C
# TSan knows of 65,536 calls in each other, and waits for ever after one more.
case $program in */tsan/*) WRAP="${WRAP:-} prlimit --stack=2097152" ;; esac
cd "$scratch" || exit 2

pass() { passed=$((passed + 1)); }

# fail NAME WHY
fail() {
    failed=$((failed + 1))
    echo "$1: $2"
    sed 's/^/    /' out err | tail -n 20
}

# run ARGUMENT...: input is the file `in`; leaves the exit code in $code.
run() {
    # WRAP is a command with its options.
    # shellcheck disable=SC2086
    ${WRAP:-} "$program" "$@" > out 2> err < in
    code=$?
}

# judge NAME CODE STDERR: the exit code, and the whole of stderr ("" for silence).
judge() {
    if grep -qE 'Sanitizer|runtime error: ' err; then
        fail "$1" "the sanitizer complained"
    elif [ "$code" -ne "$2" ]; then
        fail "$1" "exit code $code, not $2"
    elif [ "$(cat err)" != "$3" ]; then
        fail "$1" "not the message: $3"
    else
        pass
    fi
}

# ends NAME CODE: the exit code alone.
ends() {
    if [ "$code" -eq "$2" ]; then
        pass
    else
        fail "$1" "exit code $code, not $2"
    fi
}

# prints NAME FILE: the output is that of a file.
prints() {
    if diff "$2" out > err; then
        pass
    else
        fail "$1" "not the expected output"
    fi
}

# good FILE EXPECTED
good() {
    run "$1"
    judge "$(basename "$1")" 0 ''
    prints "$(basename "$1")" "$2"
}

# wrong PLACE MESSAGE: the program in the file `p` ends with that.
wrong() {
    run p
    judge "$(head -n 1 p | cut -c 1-40)" 1 "p:$1: $2"
}

: > in
for file in "$tests"/*.lisp; do
    good "$file" "${file%.lisp}.txt"
done
for file in "$programs"/*.lisp; do
    good "$file" "$tests/programs/$(basename "$file" .lisp).txt"
done

# ---- mistakes in the text ----

printf '(car (cdr\n  (list 1 2)' > p && wrong 1:6 'this does not end'
printf '1\n (list 1 2))\n' > p && wrong 2:12 ') without ('
printf '\n  "abc\n' > p && wrong 2:3 'a string that does not end'
printf '"\377"' > p && wrong 1:1 'not UTF-8: byte 0xff at 0 of 1'
printf '#x' > p && wrong 1:1 'after # comes t or f'
printf '(1 . )' > p && wrong 1:6 'nothing before )'
printf "(1 ')" > p && wrong 1:5 'nothing before )'
printf '( . 1)' > p && wrong 1:3 'a dot in the wrong place'
printf '(1 . 2 3)' > p && wrong 1:8 'more than one expression behind a dot'
printf 'a\000b' > p && wrong 1:1 'a zero byte in a name or number'
head -c 1000 /dev/zero | tr '\000' '(' > p && wrong 1:1000 'this does not end'
head -c 1000000 /dev/zero | tr '\000' '(' > p && run p
judge deep-reader 1 "$(grep -E '^p:1:[0-9]+: nested too deep$' err || echo 'a message on depth')"
printf '"\303\251" (car 1)' > p && wrong 1:5 'car wants a pair, not int'

# ---- mistakes in forms ----

printf '(define x 1)\n(if)' > p && wrong 2:1 'if does not have so many parts'
printf '(list ((lambda (1) 2) 3))' > p && wrong 1:7 'a name is wanted, not int'
printf '(lambda (x))' > p && wrong 1:1 'lambda does not have so many parts'
printf '(define (f))' > p && wrong 1:1 'define does not have so many parts'
printf '(define f 1 2)' > p && wrong 1:1 'define wants a name and a value'
printf '((lambda () (define)))' > p && wrong 1:13 'define does not have so many parts'
printf '(define 1 2)' > p && wrong 1:1 'a name is wanted, not int'
printf '(define if 2)' > p && wrong 1:1 'if is no variable'
printf '(set! if 2)' > p && wrong 1:1 'if is no variable'
printf '(list if)' > p && wrong 1:7 'if is no variable'
printf '(let ((x)) x)' > p && wrong 1:1 'a binding must be a list of a name and a value'
printf '(let (x . 1) x)' > p && wrong 1:1 'the bindings must be a list'
printf '(let loop)' > p && wrong 1:1 'macro let does not want 1 argument'
printf '(define (f x)\n  (when x\n    (let y)))' > p && wrong 3:5 'macro let does not want 1 argument'
printf '(define-macro (m x) (car x))\n (m 5)' > p && wrong 2:2 'car wants a pair, not int'
printf '(define-macro (m x) `(car ,x))\n (list 1\n  (m 5))' > p && wrong 3:3 'car wants a pair, not int'
printf '(let* ((1 2)) x)' > p && wrong 1:1 'a name is wanted, not int'
printf '(cond 1)' > p && wrong 1:1 'a clause must be a list'
printf '(guard () 1)' > p && wrong 1:1 'guard wants a list of a name and clauses'
printf '(list . 1)' > p && wrong 1:1 'arguments must be a list'
printf '(if 1 . 2)' > p && wrong 1:1 'if does not have so many parts'

# ---- mistakes while it runs ----

printf '(define (f x)\n  (+ x\n     (car x)))\n(f 5)\n' > p && wrong 3:6 'car wants a pair, not int'
printf '(list\n  nobody)' > p && wrong 2:3 'nobody is not defined'
printf '(set! nobody 1)' > p && wrong 1:1 'nobody is not defined'
printf '(define (f a b) a)\n\n  (f 1)' > p && wrong 3:3 'f does not want 1 argument'
printf '(letrec ((a b) (b 1)) a)' > p && wrong 1:13 'b is not defined'
printf '(define (f) (define a b) (define b 1) a)\n(f)' > p && wrong 1:23 'b is not defined'
printf '(5 6)' > p && wrong 1:1 "'int' object is not callable"
printf '(+ 1 "a")' > p && wrong 1:1 "unsupported operand types for +: 'int' and 'str'"
printf "(raise '(a b))" > p && wrong 1:1 '(a b)'
printf '(error "bad:" 1)' > p && wrong 1:1 'bad: 1'
printf "(sort '(1 2)\n  (lambda (a b) (cdr a)))" > p && wrong 2:17 'cdr wants a pair, not int'
printf '(guard (e ((string? e) 1))\n  (list (car 1)))' > p && wrong 2:9 'car wants a pair, not int'
printf '(define (f n) (+ 1 (f n)))\n(f 1)' > p && wrong 1:20 'nested too deep'

# ---- a limit on memory ----

printf '(define l (list 1))\n(define (grow) (set! l (cons (make-vector 100 1) l)) (grow))\n' > grow
printf '(write (guard (e (#t (error-kind e))) (grow))) (set! l 1) (write (length (list 1 2)))' > p
cat grow p > q
run --limit 16 q
judge limit 0 ''
printf MemoryError2 > expected
prints limit expected
printf '(grow)' >> grow
run --limit 16 grow
judge limit-uncaught 1 "$(grep -E '^grow:2:[0-9]+: no memory for [0-9]+ bytes' err || echo 'a message on memory')"

# ---- what is typed ----

cat > in << 'END'
(define x 5) x
(+ x
   1)
(car x) (this is skipped)
"still here"
(define l '())
(define (grow) (set! l (cons (make-vector 100 1) l)) (grow))
(grow)
(set! l 0)
(vector-length (make-vector 10000 0))
) 1
'(a "b")
(list 1
END
run --limit 16
judge typed 0 "$(cat err)"
printf '5\n6\n"still here"\n10000\n(a "b")\n' > expected
prints typed expected
run --limit 16
sed 's/no memory.*/no memory/' err > out
cat > expected << 'END'
typed:4:1: car wants a pair, not int
typed:7:30: no memory
typed:11:1: ) without (
typed:13:1: this does not end
END
prints typed-messages expected

# ---- called wrongly ----

: > in
run --what
ends unknown-option 2
run --limit x
ends limit-of-x 2
run nobody.lisp
judge no-file 1 'nobody.lisp: No such file or directory'
run --limit 1
ends limit-too-small 1
printf '(display "text")' > p
${WRAP:-} "$program" p > /dev/full 2> err
code=$?
judge full-disk 1 ''

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

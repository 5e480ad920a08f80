; primes.lisp: the sieve of Eratosthenes in a vector; then numbers that fit no machine word.

(define (primes-below n)
  (let ((prime (make-vector n #t)))
    (do ((i 2 (+ i 1)) (found '() (if (vector-ref prime i) (cons i found) found)))
        ((= i n) (reverse found))
      (when (vector-ref prime i)
        (do ((k (* i i) (+ k i))) ((>= k n)) (vector-set! prime k #f))))))

(define primes (primes-below 1000))
(display (length primes)) (display " primes below 1000, the last is ") (display (list-ref primes 167)) (newline)
(display "2^127 - 1 is ") (display (- (expt 2 127) 1)) (newline)
(display "the product of those below 100 is ")
(display (fold * 1 (filter (lambda (p) (< p 100)) primes))) (newline)

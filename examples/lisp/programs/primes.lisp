; primes.lisp: the sieve of Eratosthenes in a vector; then numbers that fit no machine word.

(define (primes-below n)
  (let ((prime (make-vector n #t)))
    (let next ((i 2) (found '()))
      (cond ((= i n) (reverse found))
            ((vector-ref prime i)
             (let strike ((k (* i i)))
               (when (< k n)
                 (vector-set! prime k #f)
                 (strike (+ k i))))
             (next (+ i 1) (cons i found)))
            (else (next (+ i 1) found))))))

(define primes (primes-below 1000))
(display (length primes)) (display " primes below 1000, the last is ") (display (list-ref primes 167)) (newline)
(display "2^127 - 1 is ") (display (- (expt 2 127) 1)) (newline)
(display "the product of those below 100 is ")
(display (fold * 1 (filter (lambda (p) (< p 100)) primes))) (newline)

; accounts.lisp: objects made of closures. Each account is a cycle: the functions in its table refer to the table. When
; nobody holds it any more, counting cannot free it; the collector does.

(define (account owner balance)
  (define self (make-table))
  (define (need amount)
    (unless (<= amount balance) (error "not so much there:" owner amount)))
  (table-set! self 'balance (lambda () balance))
  (table-set! self 'take (lambda (amount) (need amount) (set! balance (- balance amount)) amount))
  (table-set! self 'give (lambda (amount) (set! balance (+ balance amount))))
  (table-set! self 'move (lambda (amount other) (tell other 'give (tell self 'take amount))))
  self)

(define (tell object message . arguments)
  (apply (table-ref object message) arguments))

(define ada (account "Ada" 100))
(define kurt (account "Kurt" 20))
(tell ada 'move 30 kurt)
(write (list (tell ada 'balance) (tell kurt 'balance))) (newline)
(write (guard (e ((error? e) (error-message e))) (tell kurt 'move 1000 ada))) (newline)

(define watch (make-weak kurt))
(set! kurt #f)
(write (table? (weak-ref watch))) (newline) ; still there: it holds itself
(gc)
(write (weak-ref watch)) (newline)

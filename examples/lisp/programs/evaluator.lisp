; evaluator.lisp: Lisp in Lisp, as far as lambda, if, numbers and calls go. Environments are lists of pairs.

(define (value x scope)
  (cond ((symbol? x) (cdr (or (assq x scope) (error "unknown:" x))))
        ((not (pair? x)) x)
        ((eq? (car x) 'lambda) (lambda arguments (value (caddr x) (append (map cons (cadr x) arguments) scope))))
        ((eq? (car x) 'if) (value (if (value (cadr x) scope) (caddr x) (cadr (cddr x))) scope))
        (else (let ((parts (map (lambda (part) (value part scope)) x))) (apply (car parts) (cdr parts))))))

(define base (list (cons '* *) (cons '- -) (cons '= =)))

; Functions know no names here, so this one is handed itself.
(define factorial
  '((lambda (f n) (f f n))
    (lambda (self n) (if (= n 0) 1 (* n (self self (- n 1)))))
    20))

(write (value factorial base)) (newline)
(write (guard (e (#t (error-message e))) (value '(* 2 nonsense) base))) (newline)

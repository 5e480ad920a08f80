// SPDX-License-Identifier: MIT
// actors.h: generators that do what a text says, one character after the other, and note why they are resumed. None of
// this needs memory once the generator is made.
//
//   0 to 9  give that int            D  delegate to what is in slot 0        =5  end with that result
//   v       give what was received   E  delegate to what is in slot 1        .   end, as the end of the text does
//   !       fail with OURO_ERR_USER  h  call actor_hook, and go on           c   see below
//
// A c where an actor is resumed with an error or to be closed: it takes no notice, and goes on behind the c. Otherwise
// the error passes, and the actor is closed (if the next is a !, with an error). c does nothing when it is reached.
// What is noted: "next1", "send1", "back1", "throw1", "close1" for the actor with number 1.
#ifndef OURO_ACTORS_H
#define OURO_ACTORS_H

#include "ask.h"

extern const ouro_generator_def actor_def; // with an unwind
extern const ouro_generator_def plain_def; // without
extern void (*actor_hook)(ouro_rt *rt, ouro_frame *f);

// An actor; d and e for its slots, or NULL. Returns: new; NULL on failure.
ouro_obj *actor_new(ouro_rt *rt, int number, const char *does, ouro_obj *d, ouro_obj *e);

// 1 if an iterator gives these ints, of one digit, and then ends, however often it is asked; or fails once, if the text
// ends with "!", as an actor does (and then ends).
int acts(ouro_rt *rt, ouro_obj *it, const char *items);

// 1 if sending a value (NULL: ouro_next) gives this int.
int answers(ouro_rt *rt, ouro_obj *generator, ouro_obj *value, int64_t item);

#endif

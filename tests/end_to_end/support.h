/* For tests of the whole library: each runs in a process and an empty directory of its own. */
#ifndef TESTS_END_TO_END_SUPPORT_H
#define TESTS_END_TO_END_SUPPORT_H

#include "cmocka_first.h"

#include <ringlog/handlers.h>
#include <ringlog/ringlog.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* In the child: a failed requirement names itself, with what was counted and how much room the disk
 * has, and ends the process. */
#define require(condition)                                                                         \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fail_requirement(__FILE__, __LINE__, #condition);                                      \
    } while (0)

__attribute__((noreturn)) void fail_requirement(const char *file, int line, const char *condition);

#define require_same_text(found, expected)                                                         \
    do {                                                                                           \
        const char *found_ = (found), *expected_ = (expected);                                     \
        if (strcmp(found_, expected_) != 0) {                                                      \
            fprintf(stderr, "%s:%d: found    «%s»\n%s:%d: expected «%s»\n", __FILE__, __LINE__,    \
                    found_, __FILE__, __LINE__, expected_);                                        \
            _exit(1);                                                                              \
        }                                                                                          \
    } while (0)

/* Runs `body` in a child process in an empty directory; asserts that it ends with status 0. */
void in_a_process(void (*body)(void));

/* A cmocka test that runs its body so. */
#define PROCESS_TEST(name)                                                                         \
    static void name##_body(void);                                                                 \
    static void name(void **state)                                                                 \
    {                                                                                              \
        (void)state;                                                                               \
        in_a_process(name##_body);                                                                 \
    }                                                                                              \
    static void name##_body(void)

/* Attaches a text file with this format to the root, whose level becomes DEBUG. */
ringlog_handler *log_to(const char *path, const char *format);

/* The whole file, NUL-terminated; freed by the process's end. Sets *length if not NULL. */
char *read_file(const char *path, size_t *length);

/* An environment variable as a number, or `otherwise`. */
unsigned long from_environment(const char *name, unsigned long otherwise);

struct ringlog_counts counts_now(void);

/* Lines of a text file that contain this; NULL: all. A file that is not there has none. */
unsigned long count_lines(const char *path, const char *containing);

void sleep_ms(unsigned milliseconds);

/* CLOCK_MONOTONIC in milliseconds. */
int64_t now_ms(void);

/* Waits until it is so, at most ten seconds. */
#define eventually(condition)                                                                      \
    do {                                                                                           \
        const int64_t until_ = now_ms() + 10000;                                                   \
        while (!(condition) && now_ms() < until_)                                                  \
            sleep_ms(1);                                                                           \
        require(condition);                                                                        \
    } while (0)

/* No file of this process grows beyond that: writing fails with EFBIG (RLIMIT_FSIZE). */
void limit_file_size(unsigned long bytes);
void lift_file_size_limit(void);

/* Descriptor 2 goes to this file from now on. */
void stderr_to(const char *path);

/* Forks a child that runs `body` and then calls exit(3). A child that hangs dies of SIGALRM. */
pid_t start_child(void (*body)(void));

/* Requires that the child ends with this status. */
void require_status(pid_t child, int status);

#endif

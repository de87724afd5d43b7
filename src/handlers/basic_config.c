/* One call that gives the root a handler: CPython's logging.basicConfig(). */
#include "base/error.h"
#include "base/thread.h"
#include "handlers/handler.h"
#include "logger/tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_FORMAT "%(levelname)s:%(name)s:%(message)s"

static int check(const struct ringlog_basic_config_options *options, int *level)
{
    const bool has_file = options->filename != NULL, has_fd = options->fd != 0;
    if (has_file && has_fd)
        return rl_error(-EINVAL, "ringlog_basic_config: filename and fd: one of them");
    if (options->handler_count != 0 && (has_file || has_fd))
        return rl_error(-EINVAL, "ringlog_basic_config: handlers with filename or fd");
    if (options->handler_count != 0 && options->handlers == NULL)
        return rl_error(-EINVAL, "ringlog_basic_config: handlers is NULL");
    const char *mode = options->filemode;
    if (mode != NULL && strcmp(mode, "a") != 0 && strcmp(mode, "w") != 0)
        return rl_error(-EINVAL, "ringlog_basic_config: filemode \"%s\": neither a nor w", mode);
    *level = options->level;
    return options->level_name == NULL ? 0 : ringlog_level_number(options->level_name, level);
}

static int new_handler(ringlog_handler **handler,
                       const struct ringlog_basic_config_options *options)
{
    if (options->filename == NULL) {
        const struct ringlog_console_options console = {.fd = options->fd};
        return ringlog_console_handler_new(handler, &console);
    }
    const bool truncate = options->filemode != NULL && options->filemode[0] == 'w';
    return ringlog_file_handler_new(handler, options->filename,
                                    &(struct ringlog_file_options){.truncate = truncate});
}

/* Takes what the root has from it, one by one, and closes it. */
static void clear_root(void)
{
    for (;;) {
        rl_config_lock();
        const struct rl_list *list = rl_tree_logger(0)->handlers;
        ringlog_handler *handler =
            list == NULL || list->count == 0 ? NULL : ringlog_handler_ref(list->items[0]);
        rl_config_unlock();
        if (handler == NULL)
            return;
        ringlog_logger_remove_handler(ringlog_root(), handler);
        ringlog_handler_close(handler);
        ringlog_handler_unref(handler);
    }
}

static int attach(ringlog_handler *handler, ringlog_formatter *formatter)
{
    if (rl_rcu_dereference(handler->formatter) == NULL)
        ringlog_handler_set_formatter(handler, formatter);
    return ringlog_logger_add_handler(ringlog_root(), handler);
}

static int attach_all(const struct ringlog_basic_config_options *options, ringlog_handler *made,
                      ringlog_formatter *formatter)
{
    int result = made == NULL ? 0 : attach(made, formatter);
    for (size_t i = 0; result == 0 && i < options->handler_count; i++)
        result = attach(options->handlers[i], formatter);
    return result;
}

static int configure(const struct ringlog_basic_config_options *options)
{
    int level;
    int result = check(options, &level);
    if (result < 0)
        return result;
    ringlog_formatter *formatter;
    ringlog_handler *made = NULL;
    result = ringlog_formatter_new(
        &formatter, &(struct ringlog_formatter_options){
                        .format = options->format == NULL ? DEFAULT_FORMAT : options->format,
                        .datefmt = options->datefmt});
    if (result < 0)
        return result;
    /* A file that is truncated must not be open any more. */
    if (options->force)
        clear_root();
    if (options->handler_count == 0)
        result = new_handler(&made, options);
    if (result == 0)
        result = attach_all(options, made, formatter);
    if (result == 0 && (level != RINGLOG_NOTSET || options->level_name != NULL))
        result = ringlog_logger_set_level(ringlog_root(), level);
    ringlog_handler_unref(made);
    ringlog_formatter_unref(formatter);
    return result;
}

int ringlog_basic_config_sized_(const struct ringlog_basic_config_options *given, size_t bytes)
{
    static pthread_mutex_t *one_at_a_time;
    struct ringlog_basic_config_options options = {0};
    if (given != NULL)
        memcpy(&options, given, bytes < sizeof options ? bytes : sizeof options);
    pthread_mutex_lock(rl_fork_proof_mutex(&one_at_a_time));
    int result = 0;
    if (options.force || ringlog_logger_handler_count(ringlog_root()) == 0)
        result = configure(&options);
    pthread_mutex_unlock(rl_fork_proof_mutex(&one_at_a_time));
    if (result < 0)
        return result;
    const int started = ringlog_init(NULL);
    return started == -EALREADY ? 0 : started;
}

ringlog_logger *ringlog_root_configured_(void)
{
    ringlog_logger *root = ringlog_root();
    if (ringlog_logger_handler_count(root) == 0)
        ringlog_basic_config(NULL);
    return root;
}

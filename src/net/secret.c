#include "net/secret.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

void rl_secret_wipe(char secret[RL_SECRET_BYTES])
{
    explicit_bzero(secret, RL_SECRET_BYTES);
}

/* One line, which can neither end early nor begin a header. */
static int check(const char *what, const char *secret)
{
    for (const char *at = secret; *at != '\0'; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7f)
            return rl_error(-EINVAL, "%s: has a control character", what);
    return *secret == '\0' ? rl_error(-EINVAL, "%s: is empty", what) : 0;
}

/* ---- the file ---- */

static int check_file(const char *what, int fd)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        return rl_error_errno(-errno, "%s file", what);
    if (!S_ISREG(status.st_mode))
        return rl_error(-EINVAL, "%s file: not a regular file", what);
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return rl_error(-EPERM, "%s file: mode %04o: others may use it (chmod 600)", what,
                        (unsigned)status.st_mode & 07777);
    if (status.st_uid != geteuid() && status.st_uid != 0)
        return rl_error(-EPERM, "%s file: belongs to user %u", what, (unsigned)status.st_uid);
    return 0;
}

static int read_line(const char *what, int fd, char to[RL_SECRET_BYTES])
{
    const ssize_t got = read(fd, to, RL_SECRET_BYTES - 1);
    if (got < 0)
        return rl_error_errno(-errno, "%s file", what);
    to[got] = '\0';
    to[strcspn(to, "\r\n")] = '\0';
    return 0;
}

static int read_file(const char *what, const char *path, char to[RL_SECRET_BYTES])
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return rl_error_errno(-errno, "%s file %s", what, path);
    int result = check_file(what, fd);
    if (result == 0)
        result = read_line(what, fd, to);
    close(fd);
    return result;
}

/* ---- the three of them ---- */

static int ask(const struct rl_secret *secret, const char *what, char to[RL_SECRET_BYTES])
{
    const int length = secret->callback(secret->context, to, RL_SECRET_BYTES);
    if (length < 0)
        return rl_error_errno(length, "%s callback", what);
    if (length >= RL_SECRET_BYTES)
        return rl_error(-EINVAL, "%s callback: says %d bytes", what, length);
    to[length] = '\0';
    return strlen(to) == (size_t)length
               ? 0
               : rl_error(-EINVAL, "%s callback: has a control character", what);
}

int rl_secret_get(const struct rl_secret *secret, const char *what, char to[RL_SECRET_BYTES])
{
    int result = 0;
    to[0] = '\0';
    if (secret->text != NULL)
        memcpy(to, secret->text, strlen(secret->text) + 1);
    else if (secret->file != NULL)
        result = read_file(what, secret->file, to);
    else
        result = ask(secret, what, to);
    if (result == 0)
        result = check(what, to);
    if (result < 0)
        rl_secret_wipe(to);
    return result;
}

static int keep_text(struct rl_secret *secret, const char *what, const char *text)
{
    if (strlen(text) >= RL_SECRET_BYTES)
        return rl_error(-EINVAL, "%s: longer than %d bytes", what, RL_SECRET_BYTES - 1);
    char *pages =
        mmap(NULL, RL_SECRET_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED)
        return rl_error(-ENOMEM, "%s: out of memory", what);
    madvise(pages, RL_SECRET_BYTES, MADV_DONTDUMP); /* where the kernel cannot, it is dumped */
    secret->text = strcpy(pages, text);
    return check(what, text);
}

static int keep_file(struct rl_secret *secret, const char *what, const char *path)
{
    secret->file = realpath(path, NULL); /* the working directory may change */
    if (secret->file == NULL)
        return rl_error_errno(-errno, "%s file %s", what, path);
    char bytes[RL_SECRET_BYTES];
    const int result = rl_secret_get(secret, what, bytes);
    rl_secret_wipe(bytes);
    return result;
}

int rl_secret_init(struct rl_secret *secret, const char *what, const char *text, const char *file,
                   ringlog_secret_callback callback, void *context)
{
    *secret = (struct rl_secret){.callback = callback, .context = context};
    if ((text != NULL) + (file != NULL) + (callback != NULL) > 1)
        return rl_error(-EINVAL, "%s: given in more than one way", what);
    if (text != NULL)
        return keep_text(secret, what, text);
    return file != NULL ? keep_file(secret, what, file) : 0;
}

bool rl_secret_is_set(const struct rl_secret *secret)
{
    return secret->text != NULL || secret->file != NULL || secret->callback != NULL;
}

void rl_secret_destroy(struct rl_secret *secret)
{
    if (secret->text != NULL) {
        rl_secret_wipe(secret->text);
        munmap(secret->text, RL_SECRET_BYTES);
    }
    free(secret->file);
    *secret = (struct rl_secret){0};
}

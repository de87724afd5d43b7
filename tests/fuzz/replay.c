/* Runs a fuzz target on the files it is given and on mutations of them, always the same ones: so
 * that every build runs the target, with any compiler.
 *
 *     replay MUTATIONS FILE... */
#include "limit_memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_BYTES (1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t original[MOST_BYTES], mutated[MOST_BYTES];

/* Overwrites, cuts out, doubles or replaces by an awkward value, a few times. */
static size_t mutate(size_t size)
{
    static const uint8_t awkward[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
    memcpy(mutated, original, size);
    for (int i = rand() % 4; i >= 0 && size > 16; i--) {
        const size_t at = (size_t)rand() % size;
        const size_t length = 1 + (size_t)rand() % 16;
        switch (rand() % 4) {
        case 0:
            mutated[at] = (uint8_t)rand();
            break;
        case 1:
            mutated[at] = awkward[(size_t)rand() % sizeof awkward];
            break;
        case 2:
            if (at + length < size) {
                memmove(mutated + at, mutated + at + length, size - at - length);
                size -= length;
            }
            break;
        default:
            if (at + length < size && size + length <= MOST_BYTES) {
                memmove(mutated + at + length, mutated + at, size - at);
                size += length;
            }
            break;
        }
    }
    return size;
}

static size_t load(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    const size_t size = fread(original, 1, sizeof original, file);
    fclose(file);
    return size;
}

int main(int argc, char **argv)
{
    limit_memory();
    srand(1);
    for (int i = 2; i < argc; i++) {
        const size_t size = load(argv[i]);
        LLVMFuzzerTestOneInput(original, size);
        for (long k = atol(argv[1]); k > 0; k--)
            LLVMFuzzerTestOneInput(mutated, mutate(size));
    }
    return 0;
}

/* What a file claims must not become what is allocated. */
#ifndef TESTS_LIMIT_MEMORY_H
#define TESTS_LIMIT_MEMORY_H

/* So much is enough for any file: address space, or under AddressSanitizer, which reserves more
 * than that for itself, a single allocation and what is resident. */
void limit_memory(void);

#endif

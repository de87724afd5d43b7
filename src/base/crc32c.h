/* CRC-32C (Castagnoli), the checksum of iSCSI (RFC 3720) and of our log files: what processors have
 * an instruction for. */
#ifndef RL_BASE_CRC32C_H
#define RL_BASE_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* Continues `crc`, which is 0 at the beginning: crc(a, b) == crc over a then b. */
uint32_t rl_crc32c(uint32_t crc, const void *bytes, size_t length);

/* The path without the instruction; the same result. */
uint32_t rl_crc32c_software(uint32_t crc, const void *bytes, size_t length);

#endif

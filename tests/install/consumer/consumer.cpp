// The same program, read by a C++ compiler.
#include "consumer.c" // NOLINT(bugprone-suspicious-include)

// The same program, read by a C++ compiler.
#include "mailer.c" // NOLINT(bugprone-suspicious-include)

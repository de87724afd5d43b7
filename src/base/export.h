/* What a second library of this project takes from the first one's insides: ringlog-net is built
 * with libringlog and installed beside it. In libringlog.so these names have a version of their own
 * (RINGLOG_PRIVATE_..., src/ringlog.map), so that libraries of different versions do not load
 * together instead of misunderstanding each other. */
#ifndef RL_BASE_EXPORT_H
#define RL_BASE_EXPORT_H

#define RL_SHARED __attribute__((visibility("default")))

#endif

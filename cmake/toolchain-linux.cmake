# Linux on another processor, with Debian's cross compilers. Included by toolchain-aarch64.cmake and
# toolchain-s390x.cmake, which name the processor.
#
# CMAKE_SYSROOT, if it is set, is where that machine's headers and libraries are; without it, where a
# Debian that knows both architectures has them (dpkg --add-architecture).
set(CMAKE_SYSTEM_NAME Linux)
set(triplet ${CMAKE_SYSTEM_PROCESSOR}-linux-gnu)

set(CMAKE_C_COMPILER ${triplet}-gcc)
set(CMAKE_CXX_COMPILER ${triplet}-g++)

# Programs of this machine; all else of the other one.
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
foreach(kind LIBRARY INCLUDE PACKAGE)
  if(CMAKE_SYSROOT)
    set(CMAKE_FIND_ROOT_PATH_MODE_${kind} ONLY)
  endif()
endforeach()
set(ENV{PKG_CONFIG_SYSROOT_DIR} "${CMAKE_SYSROOT}")
set(ENV{PKG_CONFIG_LIBDIR}
    "${CMAKE_SYSROOT}/usr/lib/${triplet}/pkgconfig:${CMAKE_SYSROOT}/usr/share/pkgconfig")

# With which ctest runs the tests.
find_program(RINGLOG_EMULATOR NAMES qemu-${CMAKE_SYSTEM_PROCESSOR}
                                    qemu-${CMAKE_SYSTEM_PROCESSOR}-static NAMES_PER_DIR)
if(RINGLOG_EMULATOR)
  set(CMAKE_CROSSCOMPILING_EMULATOR ${RINGLOG_EMULATOR})
  if(CMAKE_SYSROOT)
    list(APPEND CMAKE_CROSSCOMPILING_EMULATOR -L ${CMAKE_SYSROOT})
  endif()
endif()

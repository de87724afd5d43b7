# What users get: library, headers, a CMake package, a pkg-config file, man pages.
include(CMakePackageConfigHelpers)

# ---- the shared library -------------------------------------------------------------------------

set_target_properties(ringlog PROPERTIES VERSION ${PROJECT_VERSION}
                                         SOVERSION ${PROJECT_VERSION_MAJOR})
if(BUILD_SHARED_LIBS)
  set(map ${PROJECT_SOURCE_DIR}/src/ringlog.map)
  set_target_properties(ringlog PROPERTIES LINK_DEPENDS ${map})
  target_link_options(ringlog PRIVATE
    LINKER:--version-script=${map}
    # The writer runs this code, and threads' destructors point into it: dlclose(3) must not take
    # it away.
    LINKER:-z,nodelete
    # What the loader has filled in stays read-only from then on.
    LINKER:-z,relro LINKER:-z,now)
  if(NOT RINGLOG_SANITIZE)
    target_link_options(ringlog PRIVATE LINKER:-z,defs)
  endif()
endif()

# ---- files --------------------------------------------------------------------------------------

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/ringlog)

install(TARGETS ringlog EXPORT ringlog
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY include/ringlog DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        FILES_MATCHING PATTERN "*.h")
install(FILES docs/man/ringlog.3 DESTINATION ${CMAKE_INSTALL_MANDIR}/man3)

# ---- find_package(ringlog) ----------------------------------------------------------------------

install(EXPORT ringlog NAMESPACE ringlog:: FILE ringlogTargets.cmake DESTINATION ${package_dir})
configure_package_config_file(cmake/ringlogConfig.cmake.in
                              ${PROJECT_BINARY_DIR}/ringlogConfig.cmake
                              INSTALL_DESTINATION ${package_dir})
# Below 1.0 a minor version may change the interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/ringlogConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/ringlogConfig.cmake
              ${PROJECT_BINARY_DIR}/ringlogConfigVersion.cmake
        DESTINATION ${package_dir})

# ---- pkg-config ringlog -------------------------------------------------------------------------

# Relative to the file, so that an installed tree can be moved.
file(RELATIVE_PATH PC_TO_PREFIX
     ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" PC_TO_PREFIX ${PC_TO_PREFIX})
# A shared library brings its own dependencies; who links the static one links them too.
if(BUILD_SHARED_LIBS)
  set(PC_PRIVATE .private)
else()
  set(PC_LIBS " -pthread -lm")
endif()
configure_file(cmake/ringlog.pc.in ${PROJECT_BINARY_DIR}/ringlog.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/ringlog.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

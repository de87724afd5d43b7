# What users get: library, headers, a CMake package, a pkg-config file, man pages, formats
# of lnav.
include(CMakePackageConfigHelpers)

# ---- the shared libraries -----------------------------------------------------------------------

set(libraries ringlog)
set(map_ringlog ${PROJECT_SOURCE_DIR}/src/ringlog.map)
set(map_ringlog_net ${PROJECT_SOURCE_DIR}/src/net/ringlog-net.map)
if(RINGLOG_NET)
  list(APPEND libraries ringlog_net)
endif()

foreach(library ${libraries})
  set_target_properties(${library} PROPERTIES VERSION ${PROJECT_VERSION}
                                              SOVERSION ${PROJECT_VERSION_MAJOR})
  if(BUILD_SHARED_LIBS)
    set_target_properties(${library} PROPERTIES LINK_DEPENDS ${map_${library}})
    target_link_options(${library} PRIVATE
      LINKER:--version-script=${map_${library}}
      # The library's threads run this code, and threads' destructors point into it: dlclose(3)
      # must not take it away.
      LINKER:-z,nodelete
      # What the loader has filled in stays read-only from then on.
      LINKER:-z,relro LINKER:-z,now)
    if(NOT RINGLOG_SANITIZE)
      target_link_options(${library} PRIVATE LINKER:-z,defs)
    endif()
  endif()
endforeach()

# ---- files --------------------------------------------------------------------------------------

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/ringlog)

install(TARGETS ringlog EXPORT ringlog
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY include/ringlog DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        FILES_MATCHING PATTERN "*.h" PATTERN net.h EXCLUDE)
if(RINGLOG_NET)
  install(TARGETS ringlog_net EXPORT ringlog-net
          LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
          ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
          INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  install(FILES include/ringlog/net.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/ringlog)
endif()
install(FILES docs/man/ringlog.3 DESTINATION ${CMAKE_INSTALL_MANDIR}/man3)
# Not where lnav looks (/etc/lnav/formats): that is no folder below a prefix. lnav -i copies it.
install(FILES tools/lnav/ringlog.json DESTINATION ${CMAKE_INSTALL_DATADIR}/ringlog/lnav)

# ---- find_package(ringlog) ----------------------------------------------------------------------

install(EXPORT ringlog NAMESPACE ringlog:: FILE ringlogTargets.cmake DESTINATION ${package_dir})
# A component of its own: find_package(ringlog COMPONENTS net).
if(RINGLOG_NET)
  install(EXPORT ringlog-net NAMESPACE ringlog:: FILE ringlogNetTargets.cmake
          DESTINATION ${package_dir})
endif()
configure_package_config_file(cmake/ringlogConfig.cmake.in
                              ${PROJECT_BINARY_DIR}/ringlogConfig.cmake
                              INSTALL_DESTINATION ${package_dir})
# Below 1.0 a minor version may change the interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/ringlogConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/ringlogConfig.cmake
              ${PROJECT_BINARY_DIR}/ringlogConfigVersion.cmake
        DESTINATION ${package_dir})

# ---- pkg-config ringlog, ringlog-net ------------------------------------------------------------

# Relative to the file, so that an installed tree can be moved.
file(RELATIVE_PATH PC_TO_PREFIX
     ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" PC_TO_PREFIX ${PC_TO_PREFIX})
# A shared library brings its own dependencies; who links the static one links them too.
if(BUILD_SHARED_LIBS)
  set(PC_PRIVATE .private)
else()
  set(PC_LIBS " -pthread -lm")
  set(PC_CURL ", libcurl")
endif()
configure_file(cmake/ringlog.pc.in ${PROJECT_BINARY_DIR}/ringlog.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/ringlog.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
if(RINGLOG_NET)
  configure_file(cmake/ringlog-net.pc.in ${PROJECT_BINARY_DIR}/ringlog-net.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/ringlog-net.pc
          DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endif()

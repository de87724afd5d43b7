# ringlog-net: a second library, so that a program that sends nothing links no TLS.
# 7.85 is where libcurl took lists of protocols by name.
pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl>=7.85)

add_library(ringlog_net_objects OBJECT ${RINGLOG_NET_SOURCES})
ringlog_compile_options(ringlog_net_objects)
target_compile_definitions(ringlog_net_objects PRIVATE RINGLOG_BUILDING)
set_target_properties(ringlog_net_objects PROPERTIES POSITION_INDEPENDENT_CODE ON
                                                     C_VISIBILITY_PRESET hidden)
target_include_directories(ringlog_net_objects PUBLIC include src)
target_link_libraries(ringlog_net_objects PUBLIC PkgConfig::CURL PkgConfig::URCU Threads::Threads)

add_library(ringlog_net $<TARGET_OBJECTS:ringlog_net_objects>)
add_library(ringlog::net ALIAS ringlog_net)
set_target_properties(ringlog_net PROPERTIES OUTPUT_NAME ringlog-net EXPORT_NAME net)
target_link_libraries(ringlog_net PUBLIC ringlog PRIVATE PkgConfig::CURL Threads::Threads)

# The program that makes logs for tests: of this machine (tests/logdump), and of others
# (tests/foreign).
set(logdump_tests ${PROJECT_SOURCE_DIR}/tests/logdump)
set(logfile_tests ${PROJECT_SOURCE_DIR}/tests/logfile)
add_executable(make_log ${logdump_tests}/make_log.c ${logdump_tests}/given_log.c
                        ${logdump_tests}/traffic.c ${logfile_tests}/log_builder.c)
ringlog_compile_options(make_log)
target_include_directories(make_log PRIVATE ${logfile_tests})
target_link_libraries(make_log PRIVATE ringlog_objects m)

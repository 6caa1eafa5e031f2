# Writes version.hpp, whenever the program is built: with the commit, and whether files have changed since.
# cmake -D PROJECT_SOURCE_DIR=… -D OUTPUT=… and the other values of version.hpp.in, -P version.cmake
set(INNOCHAIN_COMMIT "unknown")
find_package(Git QUIET)
if(Git_FOUND)
  execute_process(COMMAND ${GIT_EXECUTABLE} rev-parse --short=12 HEAD WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
                  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(NOT failed)
    execute_process(COMMAND ${GIT_EXECUTABLE} diff --quiet HEAD WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
                    ERROR_QUIET RESULT_VARIABLE changed)
    set(INNOCHAIN_COMMIT "${commit}")
    if(changed)
      string(APPEND INNOCHAIN_COMMIT "+changes")
    endif()
  endif()
endif()
configure_file(${PROJECT_SOURCE_DIR}/app/version.hpp.in ${OUTPUT} @ONLY)

# The one place that says what a warning is. Foreign headers come in as SYSTEM, so every finding is ours.
function(bccid_warnings target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor
    -Wcast-qual -Wformat=2
    $<$<BOOL:${BCCID_WERROR}>:-Werror>)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -Wduplicated-cond -Wduplicated-branches -Wlogical-op)
    if(NOT BCCID_SANITIZE)
      # The sanitizers' own checks make the optimiser see null paths that the source does not have.
      target_compile_options(${target} PRIVATE -Wnull-dereference)
    endif()
  endif()
endfunction()

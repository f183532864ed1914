# The one place that says what a warning is. Foreign headers come in as SYSTEM, so every finding is ours.
function(bccid_warnings target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor
    -Wcast-qual -Wformat=2
    $<$<BOOL:${BCCID_WERROR}>:-Werror>)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -Wduplicated-cond -Wduplicated-branches -Wlogical-op
      # What g++'s optimiser guesses about coroutine frames and inlined library code is wrong more often than
      # right (g++ 12: 40 findings in 50 files, none real). The sanitizer presets look for these at run time.
      -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread -Wno-restrict -Wno-maybe-uninitialized
      -Wno-dangling-pointer -Wno-free-nonheap-object -Wno-mismatched-new-delete)
  else()
    target_compile_options(${target} PRIVATE -Wnull-dereference)
  endif()
endfunction()

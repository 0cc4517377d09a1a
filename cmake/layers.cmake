# tt_batches(VARIABLE TARGET): replaces the sources below src/ in VARIABLE by batches that include them. CMake's own unity
# builds name sources by absolute paths, which would keep clones from sharing what ccache keeps.
function(tt_batches variable target)
  execute_process(
    COMMAND python3 ${CMAKE_SOURCE_DIR}/tools/batches.py ${CMAKE_SOURCE_DIR}/src ${CMAKE_BINARY_DIR}/batches/${target}
      ${TABLETHEORY_UNITY} ${${variable}}
    OUTPUT_VARIABLE files COMMAND_ERROR_IS_FATAL ANY)
  set(${variable} ${files} PARENT_SCOPE)
endfunction()

# tt_source_dir(FILE...): gives TABLETHEORY_SOURCE_DIR to those of the files that use it, and to no other, so that clones
# in different folders share what ccache keeps.
function(tt_source_dir)
  foreach(file IN LISTS ARGN)
    file(STRINGS ${file} used REGEX TABLETHEORY_SOURCE_DIR LIMIT_COUNT 1)
    if(used)
      set_property(SOURCE ${file} APPEND PROPERTY COMPILE_DEFINITIONS TABLETHEORY_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    endif()
  endforeach()
endfunction()

# tt_layer(NAME DEPS layer... [EXTERNAL target...] [INTERNAL])
#
# One folder below src/ is one static library tt_NAME. Beside each source lie its tests (*_test.cpp, one GoogleTest
# program test_NAME per layer), benchmarks (*_bench.cpp, program bench_NAME) and fuzzers (*_fuzz.cpp, one program
# each, fuzz_NAME_<file>). INTERNAL layers are not installed.
function(tt_layer name)
  cmake_parse_arguments(ARG "INTERNAL" "" "DEPS;EXTERNAL" ${ARGN})
  set(dir ${CMAKE_SOURCE_DIR}/src/${name})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${dir}/*.cpp)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  set(benches ${sources})
  list(FILTER benches INCLUDE REGEX "_bench\\.cpp$")
  set(fuzzers ${sources})
  list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "(_test|_bench|_fuzz|/main)\\.cpp$")

  if(TABLETHEORY_UNITY)
    tt_batches(sources tt_${name})
  endif()
  set(deps ${ARG_DEPS})
  list(TRANSFORM deps PREPEND tt_)
  if(sources)
    add_library(tt_${name} STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(tt_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(tt_${name} ${scope}
    $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/include> $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/src>
    $<INSTALL_INTERFACE:include>)
  target_compile_features(tt_${name} ${scope} cxx_std_23)
  target_link_libraries(tt_${name} ${scope} ${deps} ${ARG_EXTERNAL})
  if(name STREQUAL value)
    target_link_libraries(tt_value ${scope} tt_simdjson)
  endif()
  if(NOT ARG_INTERNAL)
    set_property(GLOBAL APPEND PROPERTY TABLETHEORY_LAYERS tt_${name})
  endif()

  if(TABLETHEORY_TESTS AND tests)
    tt_source_dir(${tests})
    if(TABLETHEORY_UNITY)
      tt_batches(tests test_${name})
    endif()
    add_executable(test_${name} ${tests})
    target_link_libraries(test_${name} PRIVATE tt_${name} GTest::gtest_main GTest::gmock)
    target_compile_options(test_${name} PRIVATE -O0)  # tests are compiled more often than run
  endif()
  if(TABLETHEORY_BENCH AND benches)
    find_package(benchmark REQUIRED)
    add_executable(bench_${name} ${benches})
    target_link_libraries(bench_${name} PRIVATE tt_${name} benchmark::benchmark_main)
    tt_source_dir(${benches})
  endif()
  if(TABLETHEORY_FUZZ)
    foreach(fuzzer IN LISTS fuzzers)
      get_filename_component(stem ${fuzzer} NAME_WE)
      # A fuzzer that says `// Built with: FILE…` takes those sources and the layers below instead of its whole layer;
      # with `// Over: LAYER` too, that layer only.
      file(STRINGS ${fuzzer} subjects REGEX "^// Built with: " LIMIT_COUNT 1)
      if(subjects)
        string(REPLACE "// Built with: " "" subjects "${subjects}")
        separate_arguments(subjects)
        list(TRANSFORM subjects PREPEND ${CMAKE_SOURCE_DIR}/src/)
        add_executable(fuzz_${name}_${stem} ${fuzzer} ${subjects})
        target_include_directories(fuzz_${name}_${stem} PRIVATE ${CMAKE_SOURCE_DIR}/include ${CMAKE_SOURCE_DIR}/src)
        file(STRINGS ${fuzzer} over REGEX "^// Over: " LIMIT_COUNT 1)
        if(over)
          string(REPLACE "// Over: " "tt_" over "${over}")
          target_link_libraries(fuzz_${name}_${stem} PRIVATE ${over})
        else()
          target_link_libraries(fuzz_${name}_${stem} PRIVATE ${deps} ${ARG_EXTERNAL})
        endif()
      else()
        add_executable(fuzz_${name}_${stem} ${fuzzer})
        target_link_libraries(fuzz_${name}_${stem} PRIVATE tt_${name})
      endif()
      target_link_options(fuzz_${name}_${stem} PRIVATE -fsanitize=fuzzer)
    endforeach()
  endif()
endfunction()

# tt_command(NAME LAYER): the program built from src/LAYER/main.cpp, left in <build>/bin.
function(tt_command name layer)
  if(EXISTS ${CMAKE_SOURCE_DIR}/src/${layer}/main.cpp)
    add_executable(${name}_command ${CMAKE_SOURCE_DIR}/src/${layer}/main.cpp)
    target_link_libraries(${name}_command PRIVATE tt_${layer})
    set_target_properties(${name}_command PROPERTIES OUTPUT_NAME ${name}
      RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
    install(TARGETS ${name}_command RUNTIME DESTINATION bin)
  endif()
endfunction()

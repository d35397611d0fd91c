// The main function of every gtest program. As gtest's own, but a run of no test is no success: who
// misspells a filter, or a word of the command line, is told.

#include <gtest/gtest.h>

#include <cstdio>

int main(int argc, char** argv) {
  constexpr int kUsage = 64;
  testing::InitGoogleTest(&argc, argv);
  if (argc > 1) {
    std::fprintf(stderr, "%s: what is \"%s\"? Try --help\n", argv[0], argv[1]);
    return kUsage;
  }
  const int status = RUN_ALL_TESTS();
  if (GTEST_FLAG_GET(list_tests)) return status;
  if (testing::UnitTest::GetInstance()->test_to_run_count() > 0) return status;
  std::fprintf(stderr, "%s: no test has a name like \"%s\"\n", argv[0],
               GTEST_FLAG_GET(filter).c_str());
  return kUsage;
}

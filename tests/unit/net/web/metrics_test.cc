#include "net/web/metrics.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace holdfast::net::web {
namespace {

TEST(Metrics, AFigureHasItsHelpAndType) {
  EXPECT_EQ(metrics_of_info("# store\r\nlast_seq:88\r\nuuid:abc\r\n"),
            "# HELP holdfast_last_seq Number of the last change\n"
            "# TYPE holdfast_last_seq counter\nholdfast_last_seq 88\n");
}

TEST(Metrics, AFullDiskIsAFigureOfItsOwn) {
  const auto full = [](std::string_view space) {
    return metrics_of_info(fmt::format("space:{}\r\naccepts_writes:1\r\n", space))
        .contains("\nholdfast_disk_full 1\n");
  };
  EXPECT_TRUE(full("exhausted"));
  EXPECT_FALSE(full("low"));
  EXPECT_FALSE(full("ample"));
}

TEST(Metrics, SamplesOfOneNameStandTogether) {
  EXPECT_EQ(metrics_of_info("error_TAKEN:3\r\nlast_seq:1\r\nerror_GONE:4\r\n"),
            "# HELP holdfast_errors_total Errors answered, by code\n"
            "# TYPE holdfast_errors_total counter\n"
            "holdfast_errors_total{code=\"TAKEN\"} 3\nholdfast_errors_total{code=\"GONE\"} 4\n"
            "# HELP holdfast_last_seq Number of the last change\n"
            "# TYPE holdfast_last_seq counter\nholdfast_last_seq 1\n");
}

TEST(Metrics, LatenciesAreAHistogramInSeconds) {
  EXPECT_EQ(metrics_of_info("cmdstat_plan|create:calls=3,errors=1,usec=250,worst_usec=90\r\n"
                            "latency_plan|create:50=1,100=3,inf=3\r\n"),
            "# HELP holdfast_command_errors_total Commands that were refused\n"
            "# TYPE holdfast_command_errors_total counter\n"
            "holdfast_command_errors_total{command=\"plan create\"} 1\n"
            "# HELP holdfast_command_seconds Time in the engine, without the wait for the disk\n"
            "# TYPE holdfast_command_seconds histogram\n"
            "holdfast_command_seconds_bucket{command=\"plan create\",le=\"5e-05\"} 1\n"
            "holdfast_command_seconds_bucket{command=\"plan create\",le=\"0.0001\"} 3\n"
            "holdfast_command_seconds_bucket{command=\"plan create\",le=\"+Inf\"} 3\n"
            "holdfast_command_seconds_sum{command=\"plan create\"} 0.00025\n"
            "holdfast_command_seconds_count{command=\"plan create\"} 3\n");
}

TEST(Metrics, TimesOfRequestsAreAHistogramByKind) {
  Web web(WebOptions{});
  web.took("look", Duration{250});
  web.took("look", Duration{251});
  web.took("look", Duration::seconds(2));
  EXPECT_EQ(metrics_of_web(web),
            "# HELP holdfast_http_request_seconds "
            "From a request to its response, without the wait for the disk\n"
            "# TYPE holdfast_http_request_seconds histogram\n"
            "holdfast_http_request_seconds_bucket{kind=\"look\",le=\"0.0001\"} 0\n"
            "holdfast_http_request_seconds_bucket{kind=\"look\",le=\"0.00025\"} 1\n"
            "holdfast_http_request_seconds_bucket{kind=\"look\",le=\"0.001\"} 2\n"
            "holdfast_http_request_seconds_bucket{kind=\"look\",le=\"0.005\"} 2\n"
            "holdfast_http_request_seconds_bucket{kind=\"look\",le=\"0.025\"} 2\n"
            "holdfast_http_request_seconds_bucket{kind=\"look\",le=\"0.1\"} 2\n"
            "holdfast_http_request_seconds_bucket{kind=\"look\",le=\"1\"} 2\n"
            "holdfast_http_request_seconds_bucket{kind=\"look\",le=\"+Inf\"} 3\n"
            "holdfast_http_request_seconds_sum{kind=\"look\"} 2.000501\n"
            "holdfast_http_request_seconds_count{kind=\"look\"} 3\n");
}

TEST(Metrics, WhatIsNoFigureIsLeftOut) {
  EXPECT_EQ(metrics_of_info("version:0.1.0\r\n\r\n# x\r\nnonsense"), "");
}

}  // namespace
}  // namespace holdfast::net::web

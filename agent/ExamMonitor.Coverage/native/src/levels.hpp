#pragma once
#include <array>
#include <cstdint>

#include <opencv2/core.hpp>

#include "exam_monitor_vision.h"

namespace em {

constexpr uint8_t kClipped = 233;                   // 235 is white of limited range; scaling takes a little off
constexpr double kImmerkaer = 1.2533141373155001 / 6;  // sqrt(pi / 2) / 6: mean absolute value of the operator to the noise's deviation

using Histogram = std::array<uint32_t, 256>;

struct Levels {
  uint32_t total = 0;
  double mean = 0, deviation = 0;
  double clipped = 0;                               // share
};

float percentile(const Histogram &histogram, uint32_t total, double share);
Levels levels_of(const Histogram &histogram);

// Levels of a whole frame; noise is left as it is.
void measure_frame(const cv::Mat &y, em_frame &out);

}  // namespace em

#include "levels.hpp"

#include <algorithm>
#include <cmath>

#include "view.hpp"

namespace em {

float percentile(const Histogram &histogram, uint32_t total, double share) {
  const double wanted = share * total;
  double sum = 0;
  for (int i = 0; i < 256; ++i) {
    if (sum + histogram[static_cast<size_t>(i)] >= wanted && histogram[static_cast<size_t>(i)] > 0)
      return static_cast<float>(i + (wanted - sum) / histogram[static_cast<size_t>(i)] - 0.5);
    sum += histogram[static_cast<size_t>(i)];
  }
  return 255;
}

Levels levels_of(const Histogram &histogram) {
  Levels levels;
  double squares = 0;
  for (size_t i = 0; i < histogram.size(); ++i) {
    const double n = histogram[i], luma = static_cast<double>(i);
    levels.total += histogram[i];
    levels.mean += n * luma;
    squares += n * luma * luma;
    if (i >= kClipped) levels.clipped += n;
  }
  const double n = std::max(1u, levels.total);
  levels.mean /= n;
  levels.clipped /= n;
  levels.deviation = std::sqrt(std::max(0.0, squares / n - levels.mean * levels.mean));
  return levels;
}

void measure_frame(const cv::Mat &y, em_frame &out) {
  // Four histograms: neighbours are often alike, and adding to the same number again has to wait for the last time.
  Histogram part[4] = {};
  for (int row = 0; row < y.rows; ++row) {
    const auto *p = y.ptr<uint8_t>(row);
    int x = 0;
    for (; x + 4 <= y.cols; x += 4) {
      ++part[0][p[x]];
      ++part[1][p[x + 1]];
      ++part[2][p[x + 2]];
      ++part[3][p[x + 3]];
    }
    for (; x < y.cols; ++x) ++part[0][p[x]];
  }
  Histogram histogram{};
  for (size_t i = 0; i < histogram.size(); ++i) histogram[i] = part[0][i] + part[1][i] + part[2][i] + part[3][i];
  const Levels levels = levels_of(histogram);
  out.mean = static_cast<float>(levels.mean);
  out.deviation = static_cast<float>(levels.deviation);
  out.clipped = static_cast<float>(levels.clipped);
  out.p01 = percentile(histogram, levels.total, 0.01);
  out.p05 = percentile(histogram, levels.total, 0.05);
  out.p50 = percentile(histogram, levels.total, 0.5);
  out.p95 = percentile(histogram, levels.total, 0.95);
  out.p99 = percentile(histogram, levels.total, 0.99);
  out.p999 = percentile(histogram, levels.total, 0.999);
}

float noise_of(const em_view &view, const cv::Mat &laplacian) {
  std::array<float, EM_GRID_X * EM_GRID_Y> all{};
  size_t n = 0;
  for (int row = 0; row < EM_GRID_Y; ++row)
    for (int column = 0; column < EM_GRID_X; ++column) {
      const cv::Rect box = view.block(column, row);
      int sum = 0, pixels = 0;
      for (int y = box.y; y < box.y + box.height; ++y) {
        const auto *p = laplacian.ptr<int16_t>(y);
        const auto *mask = view.mask.ptr<uint8_t>(y);
        for (int x = box.x; x < box.x + box.width; ++x) {
          sum += mask[x] * std::abs(static_cast<int>(p[x]));
          pixels += mask[x];
        }
      }
      if (pixels > 0) all[n++] = static_cast<float>(sum / static_cast<double>(pixels) * kImmerkaer);
    }
  if (n == 0) return 0;
  std::nth_element(all.begin(), all.begin() + static_cast<long>(n / 2), all.begin() + static_cast<long>(n));
  return all[n / 2];
}

const std::array<float, 256> &log_light() {
  // By the common gamma of 2.2; the offset keeps black from deciding a ratio.
  static const std::array<float, 256> table = [] {
    std::array<float, 256> log_of{};
    for (int i = 0; i < 256; ++i) {
      const double code = std::clamp((i - 16) / 219.0, 0.0, 1.0);
      log_of[static_cast<size_t>(i)] = static_cast<float>(std::log(std::pow(code, 2.2) + 0.002));
    }
    return log_of;
  }();
  return table;
}

}  // namespace em

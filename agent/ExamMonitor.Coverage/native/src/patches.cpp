#include "patches.hpp"

#include <opencv2/core/hal/intrin.hpp>

#include <cmath>

namespace em {
namespace {

constexpr int kSide = kPatchSide + 2 * kSearchRadius;
constexpr int kStride = 48;           // the last patch of a row reads kPatchStride numbers from 2 · kSearchRadius on
constexpr int kArea = kPatchSide * kPatchSide;

int32_t product(const int16_t *patch, const int16_t *at) {
#if CV_SIMD128
  cv::v_int32x4 sum = cv::v_setzero_s32();
  for (int y = 0; y < kPatchSide; ++y, patch += kPatchStride, at += kStride) {
    sum = sum + cv::v_dotprod(cv::v_load(patch), cv::v_load(at));
    sum = sum + cv::v_dotprod(cv::v_load(patch + 8), cv::v_load(at + 8));
    sum = sum + cv::v_dotprod(cv::v_load(patch + 16), cv::v_load(at + 16));
  }
  return cv::v_reduce_sum(sum);
#else
  int32_t sum = 0;
  for (int y = 0; y < kPatchSide; ++y, patch += kPatchStride, at += kStride)
    for (int x = 0; x < kPatchSide; ++x) sum += patch[x] * at[x];
  return sum;
#endif
}

}  // namespace

Patch patch_at(const cv::Mat &luma, cv::Point centre) {
  Patch patch;
  int64_t squares = 0;
  for (int y = 0; y < kPatchSide; ++y) {
    const auto *from = luma.ptr<uint8_t>(centre.y - kPatchRadius + y) + centre.x - kPatchRadius;
    for (int x = 0; x < kPatchSide; ++x) {
      patch.luma[static_cast<size_t>(y * kPatchStride + x)] = from[x];
      patch.sum += from[x];
      squares += from[x] * from[x];
    }
  }
  patch.spread = kArea * squares - static_cast<int64_t>(patch.sum) * patch.sum;
  return patch;
}

void correlate(const Patch &patch, const cv::Mat &area, Correlation &out) {
  // Whole numbers throughout: the same on every processor.
  alignas(16) int16_t wide[kSide * kStride] = {};
  int32_t sums[(kSide + 1) * (kSide + 1)] = {}, squares[(kSide + 1) * (kSide + 1)] = {};
  for (int y = 0; y < area.rows; ++y) {
    const auto *from = area.ptr<uint8_t>(y);
    int32_t sum = 0, square = 0;
    for (int x = 0; x < area.cols; ++x) {
      wide[y * kStride + x] = from[x];
      sum += from[x];
      square += from[x] * from[x];
      const int at = (y + 1) * (kSide + 1) + x + 1;
      sums[at] = sums[at - kSide - 1] + sum;
      squares[at] = squares[at - kSide - 1] + square;
    }
  }
  out.columns = area.cols - kPatchSide + 1;
  out.rows = area.rows - kPatchSide + 1;
  const auto boxed = [](const int32_t *p, int x, int y) {
    const int32_t *top = p + y * (kSide + 1) + x, *bottom = top + kPatchSide * (kSide + 1);
    return bottom[kPatchSide] - bottom[0] - top[kPatchSide] + top[0];
  };
  for (int y = 0; y < out.rows; ++y)
    for (int x = 0; x < out.columns; ++x) {
      const int64_t sum = boxed(sums, x, y), square = boxed(squares, x, y);
      const double spread = static_cast<double>(kArea * square - sum * sum) * static_cast<double>(patch.spread);
      const int64_t common = static_cast<int64_t>(kArea) * product(patch.luma.data(), wide + y * kStride + x) - sum * patch.sum;
      out.values[static_cast<size_t>(y * Correlation::kMost + x)] = spread > 0 ? static_cast<float>(static_cast<double>(common) / std::sqrt(spread)) : 0;
    }
}

}  // namespace em

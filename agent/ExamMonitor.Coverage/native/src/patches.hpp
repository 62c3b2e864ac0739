#pragma once
#include <array>

#include <opencv2/core.hpp>

namespace em {

constexpr int kPatchRadius = 10;
constexpr int kSearchRadius = 10;
constexpr int kPatchSide = 2 * kPatchRadius + 1;
constexpr int kPatchStride = 24;      // a multiple of eight: the rest of each row is zero

// A square of luma that is looked for elsewhere.
struct Patch {
  std::array<int16_t, kPatchSide * kPatchStride> luma{};
  int32_t sum = 0;
  int64_t spread = 0;                 // n · Σ luma² − (Σ luma)²
};

// The square around a pixel; it must lie inside.
Patch patch_at(const cv::Mat &luma, cv::Point centre);

// Normalised correlation of a patch with every place of an area.
struct Correlation {
  static constexpr int kMost = 2 * kSearchRadius + 1;
  int columns = 0, rows = 0;
  std::array<float, kMost * kMost> values{};

  float at(int x, int y) const { return values[static_cast<size_t>(y * kMost + x)]; }
};

// area has at least a patch's and at most a search's side.
void correlate(const Patch &patch, const cv::Mat &area, Correlation &out);

}  // namespace em

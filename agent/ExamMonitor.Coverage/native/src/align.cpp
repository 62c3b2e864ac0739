#include <opencv2/imgproc.hpp>

#include <cmath>

#include "view.hpp"

namespace {

constexpr double kStraight = 0.35;              // px at the corners; below it warping would blur more than it would align

bool is_identity(const double *h, int width, int height) {
  const double corners[4][2] = {{0, 0}, {static_cast<double>(width), 0}, {0, static_cast<double>(height)}, {static_cast<double>(width), static_cast<double>(height)}};
  for (const auto &c : corners) {
    const double w = h[6] * c[0] + h[7] * c[1] + h[8];
    if (std::abs((h[0] * c[0] + h[1] * c[1] + h[2]) / w - c[0]) > kStraight || std::abs((h[3] * c[0] + h[4] * c[1] + h[5]) / w - c[1]) > kStraight) return false;
  }
  return true;
}

}  // namespace

namespace em {

bool align(em_view &view, const uint8_t *i420, const double *h) {
  const int w = view.width, hgt = view.height;
  if (is_identity(h, w, hgt)) {
    view.frame.y = luma_of(i420, w, hgt);
    view.frame.u = chroma_of(i420, w, hgt, 0);
    view.frame.v = chroma_of(i420, w, hgt, 1);
    view.identity_valid.copyTo(view.warped_valid);
    return true;
  }
  const size_t luma = static_cast<size_t>(w) * static_cast<size_t>(hgt);
  view.warped.create(1, static_cast<int>(luma * 3 / 2), CV_8U);
  uint8_t *out = view.warped.ptr<uint8_t>();
  view.frame.y = luma_of(out, w, hgt);
  view.frame.u = chroma_of(out, w, hgt, 0);
  view.frame.v = chroma_of(out, w, hgt, 1);
  const cv::Matx33d full(h);
  // Our points count from a pixel's corner, OpenCV's from its centre; chroma has half the pixels.
  const cv::Matx33d corner(1, 0, -0.5, 0, 1, -0.5, 0, 0, 1), centre(1, 0, 0.5, 0, 1, 0.5, 0, 0, 1);
  const cv::Matx33d twice(2, 0, 0, 0, 2, 0, 0, 0, 1), halve(0.5, 0, 0, 0, 0.5, 0, 0, 0, 1);
  const cv::Matx33d on_luma = corner * full * centre, on_chroma = corner * halve * full * twice * centre;
  constexpr int how = cv::INTER_LINEAR | cv::WARP_INVERSE_MAP;
  cv::warpPerspective(luma_of(i420, w, hgt), view.frame.y, on_luma, {w, hgt}, how, cv::BORDER_REPLICATE);
  cv::warpPerspective(chroma_of(i420, w, hgt, 0), view.frame.u, on_chroma, {w / 2, hgt / 2}, how, cv::BORDER_REPLICATE);
  cv::warpPerspective(chroma_of(i420, w, hgt, 1), view.frame.v, on_chroma, {w / 2, hgt / 2}, how, cv::BORDER_REPLICATE);
  cv::warpPerspective(view.identity_valid, view.warped_valid, on_luma, {w, hgt}, cv::INTER_NEAREST | cv::WARP_INVERSE_MAP, cv::BORDER_CONSTANT, cv::Scalar(0));
  return false;
}

}  // namespace em

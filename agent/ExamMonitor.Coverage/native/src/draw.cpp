#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "error.hpp"

namespace {

using em::require;

constexpr int kShift = 4;                       // sub-pixel bits of OpenCV's drawing
constexpr double kFar = 30000.0;                // beyond this OpenCV's fixed-point coordinates overflow
constexpr int kFont = cv::FONT_HERSHEY_SIMPLEX;
constexpr double kCapitalHeight = 21.0;         // of that font at scale 1, px

cv::Mat canvas_of(const em_canvas *canvas) {
  require(canvas != nullptr, "no canvas");
  return em::wrap(canvas->bgr, canvas->width, canvas->height, canvas->stride, 3);
}

cv::Scalar colour(uint32_t rgb) { return cv::Scalar(rgb & 0xff, (rgb >> 8) & 0xff, (rgb >> 16) & 0xff); }

int fixed(double x) {
  require(std::isfinite(x), "a coordinate is not finite");
  return static_cast<int>(std::lround(std::clamp(x, -kFar, kFar) * (1 << kShift)));
}

std::vector<cv::Point> points_of(const double *uv, int32_t points) {
  require(uv != nullptr && points >= 1 && points <= 100000, "no points");
  std::vector<cv::Point> result;
  result.reserve(static_cast<size_t>(points));
  // OpenCV counts from a pixel's centre, we from its corner.
  for (int32_t i = 0; i < points; ++i) result.emplace_back(fixed(uv[2 * i] - 0.5), fixed(uv[2 * i + 1] - 0.5));
  return result;
}

int thick(int32_t thickness) {
  require(thickness <= 100, "thickness is out of range");
  return thickness < 0 ? cv::FILLED : std::max(1, static_cast<int>(thickness));
}

}  // namespace

extern "C" {

em_status em_draw_polyline(const em_canvas *canvas, const double *uv, int32_t points, int32_t closed, uint32_t rgb, int32_t thickness) {
  return em::guard([&] {
    cv::Mat to = canvas_of(canvas);
    const auto line = points_of(uv, points);
    cv::polylines(to, line, closed != 0, colour(rgb), std::max(1, thick(thickness)), cv::LINE_AA, kShift);
  });
}

em_status em_draw_polygon(const em_canvas *canvas, const double *uv, int32_t points, uint32_t rgb, double alpha) {
  return em::guard([&] {
    cv::Mat to = canvas_of(canvas);
    require(alpha >= 0 && alpha <= 1, "alpha is out of [0, 1]");
    const std::vector<std::vector<cv::Point>> outline{points_of(uv, points)};
    cv::Rect box = cv::boundingRect(outline[0]);
    box = cv::Rect((box.x >> kShift) - 2, (box.y >> kShift) - 2, (box.width >> kShift) + 5, (box.height >> kShift) + 5) & cv::Rect(0, 0, to.cols, to.rows);
    if (box.empty()) return;
    cv::Mat region = to(box);
    const cv::Mat before = region.clone();
    cv::fillPoly(region, outline, colour(rgb), cv::LINE_AA, kShift, cv::Point(-box.x * (1 << kShift), -box.y * (1 << kShift)));
    cv::addWeighted(region, alpha, before, 1 - alpha, 0, region);
  });
}

em_status em_draw_circle(const em_canvas *canvas, double u, double v, double radius, uint32_t rgb, int32_t thickness) {
  return em::guard([&] {
    cv::Mat to = canvas_of(canvas);
    require(radius >= 0 && radius <= 10000, "the radius is out of range");
    cv::circle(to, cv::Point(fixed(u - 0.5), fixed(v - 0.5)), fixed(radius), colour(rgb), thick(thickness), cv::LINE_AA, kShift);
  });
}

em_status em_draw_text(const em_canvas *canvas, const char *text, double u, double v, double height, uint32_t rgb, int32_t thickness) {
  return em::guard([&] {
    cv::Mat to = canvas_of(canvas);
    require(text != nullptr && std::strlen(text) <= 1000, "no text, or too long");
    require(height > 0 && height <= 1000, "the text's height is out of range");
    cv::putText(to, text, cv::Point(fixed(u) >> kShift, fixed(v) >> kShift), kFont, height / kCapitalHeight, colour(rgb), std::max(1, thick(thickness)), cv::LINE_AA);
  });
}

em_status em_text_width(const char *text, double height, int32_t thickness, int32_t *width) {
  return em::guard([&] {
    require(text != nullptr && width != nullptr && std::strlen(text) <= 1000, "no text, or too long");
    require(height > 0 && height <= 1000, "the text's height is out of range");
    int base = 0;
    *width = cv::getTextSize(text, kFont, height / kCapitalHeight, std::max(1, thick(thickness)), &base).width;
  });
}
}

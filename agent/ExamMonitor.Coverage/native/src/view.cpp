#include "view.hpp"

#include <opencv2/features2d.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace {

using em::require;

// An edge of the reference is strong when its slope is above this many grey levels a pixel and above four times the noise's slope.
constexpr float kStrongSlope = 4.0f;

void require_ready(const em_view *view) {
  require(view != nullptr, "no view");
  require(view->has_reference, "the view has no reference yet");
}

}  // namespace

cv::Rect em_view::block(int column, int row) const {
  const int x0 = column * width / EM_GRID_X, x1 = (column + 1) * width / EM_GRID_X;
  const int y0 = row * height / EM_GRID_Y, y1 = (row + 1) * height / EM_GRID_Y;
  return {x0, y0, x1 - x0, y1 - y0};
}

namespace em {

void find_edges(em_view &view) {
  for (KnownBlock &known : view.known) known.whole = -1;
  const Planes &r = view.reference;
  const double noise = cv::mean(cv::abs(r.laplacian))[0] * std::sqrt(CV_PI / 2) / 6;
  const float least = std::max(kStrongSlope, static_cast<float>(4 * noise * std::sqrt(gradient_noise_gain() / 2)));
  view.edges.create(view.height, view.width, CV_8U);
  for (int y = 0; y < view.height; ++y) {
    const auto *gx = r.gx.ptr<float>(y), *gy = r.gy.ptr<float>(y);
    const auto *mask = view.mask.ptr<uint8_t>(y);
    auto *out = view.edges.ptr<uint8_t>(y);
    for (int x = 0; x < view.width; ++x) out[x] = mask[x] && gx[x] * gx[x] + gy[x] * gy[x] >= least * least;
  }
}

}  // namespace em

extern "C" {

em_status em_view_create(int32_t width, int32_t height, em_view **view) {
  return em::guard([&] {
    require(view != nullptr, "null argument");
    *view = nullptr;
    require(width >= 160 && height >= 90 && width <= 1920 && height <= 1080, "the view's size is out of range");
    require(width % 2 == 0 && height % 2 == 0, "a 4:2:0 picture needs an even width and height");
    auto *made = new em_view();
    made->width = width;
    made->height = height;
    made->mask = cv::Mat(height, width, CV_8U, cv::Scalar(1));
    made->identity_valid = cv::Mat(height, width, CV_8U, cv::Scalar(1));
    *view = made;
  });
}

void em_view_free(em_view *view) { delete view; }

em_status em_view_set_reference(em_view *view, const uint8_t *i420) {
  return em::guard([&] {
    require(view != nullptr && i420 != nullptr, "null argument");
    em::Planes &r = view->reference;
    r.y = em::luma_of(i420, view->width, view->height).clone();
    r.u = em::chroma_of(i420, view->width, view->height, 0).clone();
    r.v = em::chroma_of(i420, view->width, view->height, 1).clone();
    em::compute(r);
    view->has_reference = true;
    view->reference_noise = em::noise_of(*view, r.laplacian);
    cv::LUT(r.y, cv::Mat(1, 256, CV_32F, const_cast<float *>(em::log_light().data())), view->reference_light);
    em::find_edges(*view);
    em::find_places(*view);
    view->stations.clear();
  });
}

em_status em_view_set_mask(em_view *view, const int32_t *rectangles, int32_t count) {
  return em::guard([&] {
    require_ready(view);
    require(count >= 0 && count <= 64 && (rectangles != nullptr || count == 0), "too many rectangles");
    view->mask.setTo(1);
    for (int32_t i = 0; i < count; ++i) {
      const cv::Rect one(rectangles[4 * i], rectangles[4 * i + 1], rectangles[4 * i + 2], rectangles[4 * i + 3]);
      const cv::Rect kept = one & cv::Rect(0, 0, view->width, view->height);
      if (!kept.empty()) view->mask(kept).setTo(0);
    }
    em::find_edges(*view);
    em::find_places(*view);
  });
}

em_status em_view_set_stations(em_view *view, const double *uv, const int32_t *corners, int32_t count) {
  return em::guard([&] {
    require_ready(view);
    require(count >= 0 && count <= 256 && ((uv != nullptr && corners != nullptr) || count == 0), "too many stations");
    std::vector<em::Outline> made;
    const double *at = uv;
    const cv::Rect picture(0, 0, view->width, view->height);
    for (int32_t i = 0; i < count; ++i) {
      require(corners[i] >= 3 && corners[i] <= 256, "an outline needs 3 to 256 corners");
      std::vector<cv::Point> points;
      for (int32_t k = 0; k < corners[i]; ++k, at += 2) {
        require(std::isfinite(at[0]) && std::isfinite(at[1]), "a corner is not finite");
        // 4 sub-pixel bits; OpenCV counts from a pixel's centre, we from its corner.
        points.emplace_back(static_cast<int>(std::lround((std::clamp(at[0], -30000.0, 30000.0) - 0.5) * 16)),
                            static_cast<int>(std::lround((std::clamp(at[1], -30000.0, 30000.0) - 0.5) * 16)));
      }
      cv::Mat whole(view->height, view->width, CV_8U, cv::Scalar(0));
      cv::fillPoly(whole, std::vector<std::vector<cv::Point>>{points}, cv::Scalar(1), cv::LINE_8, 4);
      whole &= view->mask;
      cv::Mat grown;
      cv::dilate(whole, grown, cv::Mat::ones(2 * em::kGrow + 1, 2 * em::kGrow + 1, CV_8U));
      em::Outline outline;
      outline.box = cv::boundingRect(grown) & picture;
      outline.pixels = cv::countNonZero(whole);
      if (!outline.box.empty()) {
        outline.inside = whole(outline.box).clone();
        outline.grown = grown(outline.box).clone();
      }
      made.push_back(std::move(outline));
    }
    view->stations = std::move(made);
  });
}
}

#include <opencv2/calib3d.hpp>
#include <opencv2/features2d.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

#include "view.hpp"

namespace {

using em::kPatchRadius;
using em::kSearchRadius;
using em::Place;
using em::require;

constexpr int kPlaces = 48;
constexpr double kMatched = 0.75;           // correlation of a patch that counts as found
constexpr double kDistinct = 0.08;          // and by how much it beats the best one at least 3 px away
constexpr int kFeatures = 700;
constexpr double kInlier = 2.5;             // px at full resolution

cv::Point2d through(const cv::Matx33d &h, const cv::Point2d &p) {
  const double w = h(2, 0) * p.x + h(2, 1) * p.y + h(2, 2);
  return {(h(0, 0) * p.x + h(0, 1) * p.y + h(0, 2)) / w, (h(1, 0) * p.x + h(1, 1) * p.y + h(1, 2)) / w};
}

double vertex(double left, double middle, double right) {
  const double bend = left - 2 * middle + right;
  return bend < 0 ? std::clamp(0.5 * (left - right) / bend, -0.5, 0.5) : 0;
}

void half_of(const cv::Mat &luma, cv::Mat &half) { cv::resize(luma, half, {luma.cols / 2, luma.rows / 2}, 0, 0, cv::INTER_AREA); }

// Looks for one place around where the prior puts it. Returns false when it is not there, or could be at two spots alike.
bool look_for(const Place &place, const cv::Mat &half, const cv::Matx33d &prior, em::Correlation &response, cv::Point2f &found) {
  const cv::Point2d expected = through(prior, place.at);
  const cv::Point centre(static_cast<int>(std::lround(expected.x / 2 - 0.5)), static_cast<int>(std::lround(expected.y / 2 - 0.5)));
  constexpr int reach = kPatchRadius + kSearchRadius;
  const cv::Rect area = cv::Rect(centre.x - reach, centre.y - reach, 2 * reach + 1, 2 * reach + 1) & cv::Rect(0, 0, half.cols, half.rows);
  if (area.width < 2 * kPatchRadius + 4 || area.height < 2 * kPatchRadius + 4) return false;
  em::correlate(place.patch, half(area), response);
  float best = 0;
  cv::Point at(-1, -1);
  for (int y = 0; y < response.rows; ++y)
    for (int x = 0; x < response.columns; ++x)
      if (response.at(x, y) > best) { best = response.at(x, y); at = {x, y}; }
  if (!(best >= kMatched) || at.x < 1 || at.y < 1 || at.x >= response.columns - 1 || at.y >= response.rows - 1) return false;
  float second = -1;
  for (int y = 0; y < response.rows; ++y)
    for (int x = 0; x < response.columns; ++x)
      if (std::abs(x - at.x) > 3 || std::abs(y - at.y) > 3) second = std::max(second, response.at(x, y));
  if (best - second < kDistinct) return false;
  const double dx = vertex(response.at(at.x - 1, at.y), best, response.at(at.x + 1, at.y));
  const double dy = vertex(response.at(at.x, at.y - 1), best, response.at(at.x, at.y + 1));
  found = {static_cast<float>((area.x + at.x + kPatchRadius + dx + 0.5) * 2), static_cast<float>((area.y + at.y + kPatchRadius + dy + 0.5) * 2)};
  return true;
}

double spanned_share(const std::vector<cv::Point2f> &points, int width, int height) {
  if (points.size() < 3) return 0;
  std::vector<cv::Point2f> hull;
  cv::convexHull(points, hull);
  return cv::contourArea(hull) / (static_cast<double>(width) * height);
}

bool sane(const cv::Matx33d &h, int width, int height) {
  // A camera on its mount turns, shifts and zooms; it does not fold its picture.
  const cv::Point2d corners[4] = {{0, 0}, {static_cast<double>(width), 0}, {static_cast<double>(width), static_cast<double>(height)}, {0, static_cast<double>(height)}};
  std::vector<cv::Point2f> moved;
  for (const auto &c : corners) {
    if (h(2, 0) * c.x + h(2, 1) * c.y + h(2, 2) <= 0.2) return false;
    moved.emplace_back(through(h, c));
  }
  const double area = cv::contourArea(moved) / (static_cast<double>(width) * height);
  return cv::isContourConvex(moved) && area > 0.2 && area < 5;
}

// Fits the least motion that explains the pairs: a homography if many widely spread pairs ask for it, else a similarity.
bool fit(const std::vector<cv::Point2f> &from, const std::vector<cv::Point2f> &to, const em_view &view, em_registration &out) {
  out.matched = static_cast<int32_t>(from.size());
  if (from.size() < 6) return false;
  std::vector<uint8_t> kept;
  cv::Matx33d h = cv::Matx33d::eye();
  const cv::Mat similarity = cv::estimateAffinePartial2D(from, to, kept, cv::RANSAC, kInlier, 500, 0.995, 10);
  int similar = similarity.empty() ? 0 : cv::countNonZero(kept);
  if (similar > 0) std::copy(similarity.ptr<double>(), similarity.ptr<double>() + 6, h.val);
  if (from.size() >= 12) {
    std::vector<uint8_t> kept_by_homography;
    const cv::Mat full = cv::findHomography(from, to, cv::RANSAC, kInlier, kept_by_homography, 500, 0.995);
    const int projective = full.empty() ? 0 : cv::countNonZero(kept_by_homography);
    if (projective >= 12 && projective > similar * 1.15) {
      const cv::Matx33d candidate = cv::Matx33d(full.ptr<double>()) * (1 / full.at<double>(2, 2));
      if (sane(candidate, view.width, view.height)) { h = candidate; kept = kept_by_homography; similar = projective; }
    }
  }
  if (similar < 6 || similar * 2.5 < static_cast<double>(from.size()) || !sane(h, view.width, view.height)) return false;
  std::vector<cv::Point2f> agreeing;
  std::vector<double> distances;
  for (size_t i = 0; i < from.size(); ++i)
    if (kept[i]) {
      agreeing.push_back(from[i]);
      const cv::Point2d d = through(h, from[i]) - cv::Point2d(to[i]);
      distances.push_back(std::sqrt(d.dot(d)));
    }
  std::nth_element(distances.begin(), distances.begin() + static_cast<long>(distances.size() / 2), distances.end());
  out.agreeing = static_cast<int32_t>(agreeing.size());
  out.residual = distances[distances.size() / 2];
  out.spread = spanned_share(agreeing, view.width, view.height);
  std::copy(h.val, h.val + 9, out.homography);
  return true;
}

bool register_near(em_view &view, const cv::Matx33d &prior, em_registration &out) {
  std::vector<cv::Point2f> from, to;
  em::Correlation response;
  for (const Place &place : view.places) {
    cv::Point2f found;
    if (look_for(place, view.half, prior, response, found)) {
      from.push_back(place.at);
      to.push_back(found);
    }
  }
  out.places = static_cast<int32_t>(view.places.size());
  return fit(from, to, view, out);
}

cv::Ptr<cv::ORB> features() { return cv::ORB::create(kFeatures, 1.2f, 6, 16, 0, 2, cv::ORB::HARRIS_SCORE, 31, 8); }

bool register_by_features(em_view &view, const cv::Mat &luma, em_registration &out) {
  if (view.reference_descriptors.empty()) return false;
  std::vector<cv::KeyPoint> keys;
  cv::Mat descriptors;
  features()->detectAndCompute(luma, cv::noArray(), keys, descriptors);
  if (descriptors.rows < 12) return false;
  std::vector<std::vector<cv::DMatch>> matches;
  cv::BFMatcher(cv::NORM_HAMMING).knnMatch(view.reference_descriptors, descriptors, matches, 2);
  std::vector<cv::Point2f> from, to;
  for (const auto &pair : matches)
    if (pair.size() == 2 && pair[0].distance < 64 && pair[0].distance < 0.8f * pair[1].distance) {
      from.push_back(view.reference_points[static_cast<size_t>(pair[0].queryIdx)]);
      to.push_back(keys[static_cast<size_t>(pair[0].trainIdx)].pt + cv::Point2f(0.5f, 0.5f));
    }
  if (from.size() < 12) return false;
  std::vector<uint8_t> kept;
  const cv::Mat full = cv::findHomography(from, to, cv::RANSAC, 4, kept, 2000, 0.999);
  const int agreeing = full.empty() ? 0 : cv::countNonZero(kept);
  if (agreeing < 12) return false;
  const cv::Matx33d h = cv::Matx33d(full.ptr<double>()) * (1 / full.at<double>(2, 2));
  if (!sane(h, view.width, view.height)) return false;
  std::vector<cv::Point2f> points;
  std::vector<double> distances;
  for (size_t i = 0; i < from.size(); ++i)
    if (kept[i]) {
      points.push_back(from[i]);
      const cv::Point2d d = through(h, from[i]) - cv::Point2d(to[i]);
      distances.push_back(std::sqrt(d.dot(d)));
    }
  std::nth_element(distances.begin(), distances.begin() + static_cast<long>(distances.size() / 2), distances.end());
  out.places = view.reference_descriptors.rows;
  out.matched = static_cast<int32_t>(from.size());
  out.agreeing = agreeing;
  out.residual = distances[distances.size() / 2];
  out.spread = spanned_share(points, view.width, view.height);
  std::copy(h.val, h.val + 9, out.homography);
  return true;
}

}  // namespace

namespace em {

void find_places(em_view &view) {
  view.places.clear();
  cv::Mat half;
  half_of(view.reference.y, half);
  // Corners, spread over the picture: no two nearer than a patch.
  std::vector<cv::Point2f> corners;
  cv::Mat mask;
  cv::resize(view.mask, mask, half.size(), 0, 0, cv::INTER_NEAREST);
  cv::goodFeaturesToTrack(half, corners, kPlaces, 0.004, kPatchRadius * 1.2, mask, 5);
  for (const auto &c : corners) {
    const cv::Point at(static_cast<int>(std::lround(c.x)), static_cast<int>(std::lround(c.y)));
    const cv::Rect box(at.x - kPatchRadius, at.y - kPatchRadius, 2 * kPatchRadius + 1, 2 * kPatchRadius + 1);
    if ((box & cv::Rect(0, 0, half.cols, half.rows)) != box) continue;
    cv::Scalar mean, spread;
    cv::meanStdDev(half(box), mean, spread);
    if (spread[0] < 4) continue;
    view.places.push_back({cv::Point2f(static_cast<float>(at.x) * 2 + 1, static_cast<float>(at.y) * 2 + 1), em::patch_at(half, at)});
  }
  std::vector<cv::KeyPoint> keys;
  cv::Mat full_mask = view.mask * 255;
  features()->detectAndCompute(view.reference.y, full_mask, keys, view.reference_descriptors);
  view.reference_points.clear();
  for (const auto &k : keys) view.reference_points.push_back(k.pt + cv::Point2f(0.5f, 0.5f));
}

}  // namespace em

extern "C" em_status em_view_register(em_view *view, const uint8_t *i420, const double *prior, int32_t mode, em_registration *registration) {
  return em::guard([&] {
    require(view != nullptr && view->has_reference, "the view has no reference yet");
    require(i420 != nullptr && prior != nullptr && registration != nullptr, "null argument");
    require(mode == EM_NEAR || mode == EM_WIDE, "unknown mode");
    cv::setRNGSeed(1);        // RANSAC draws the same samples for the same picture: a verdict can be repeated
    em_registration out{};
    std::copy(prior, prior + 9, out.homography);
    const cv::Mat luma = em::luma_of(i420, view->width, view->height);
    half_of(luma, view->half);
    if (mode == EM_NEAR) {
      out.found = register_near(*view, cv::Matx33d(prior), out);
    } else if (register_by_features(*view, luma, out)) {
      // Features give the place, patches the precision.
      em_registration near = out;
      const cv::Matx33d coarse(out.homography);
      if (register_near(*view, coarse, near)) out = near;
      out.found = 1;
    }
    *registration = out;
  });
}

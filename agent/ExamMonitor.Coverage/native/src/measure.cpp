#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "view.hpp"

namespace {

using em::Outline;
using em::Planes;
using em::require;

constexpr uint8_t kClipped = 233;             // 235 is white of limited range; scaling takes a little off
constexpr float kAgreeing = 0.70710678f;      // cosine of 45 degrees
constexpr float kNoiseFactor = 2.0f;          // a slope below this many standard deviations of the noise's slope has no direction
constexpr float kLeastSlope = 1.0f;           // grey levels a pixel: quantisation and compression below it
constexpr double kStraight = 0.35;              // px at the corners; below it warping would blur more than it would align
const double kImmerkaer = std::sqrt(CV_PI / 2) / 6;

using Histogram = std::array<uint32_t, 256>;

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

// Linear light of a luma of limited range, by the common 2.2; the offset keeps black from deciding a ratio.
struct Linear {
  std::array<float, 256> log_of{};
  Linear() {
    for (int i = 0; i < 256; ++i) {
      const double code = std::clamp((i - 16) / 219.0, 0.0, 1.0);
      log_of[static_cast<size_t>(i)] = static_cast<float>(std::log(std::pow(code, 2.2) + 0.002));
    }
  }
};

const Linear &linear_light() {
  static const Linear one;
  return one;
}

void measure_frame(const cv::Mat &y, em_frame &out) {
  Histogram histogram{};
  for (int row = 0; row < y.rows; ++row) {
    const auto *p = y.ptr<uint8_t>(row);
    for (int x = 0; x < y.cols; ++x) ++histogram[p[x]];
  }
  const auto total = static_cast<uint32_t>(y.total());
  double sum = 0, squares = 0;
  uint32_t clipped = 0;
  for (int i = 0; i < 256; ++i) {
    const double n = histogram[static_cast<size_t>(i)];
    sum += n * i;
    squares += n * i * i;
    if (i >= kClipped) clipped += histogram[static_cast<size_t>(i)];
  }
  out.mean = static_cast<float>(sum / total);
  out.deviation = static_cast<float>(std::sqrt(std::max(0.0, squares / total - out.mean * static_cast<double>(out.mean))));
  out.clipped = static_cast<float>(clipped) / static_cast<float>(total);
  out.p01 = percentile(histogram, total, 0.01);
  out.p05 = percentile(histogram, total, 0.05);
  out.p50 = percentile(histogram, total, 0.5);
  out.p95 = percentile(histogram, total, 0.95);
  out.p99 = percentile(histogram, total, 0.99);
  out.p999 = percentile(histogram, total, 0.999);
}

struct Gradients {
  double cross = 0, own = 0, ref = 0;
  int edges = 0, agreeing = 0, valid = 0;

  double correlation() const { return own > 0 && ref > 0 ? cross / std::sqrt(own * ref) : 0; }
  double agreement() const { return edges > 0 ? static_cast<double>(agreeing) / edges : 0; }
};

// Gradients of frame and reference over a box; where is 1 for the pixels that count, or empty for all.
Gradients compare(const em_view &view, const cv::Mat &valid, const cv::Rect &box, const cv::Mat &where, float floor) {
  Gradients g;
  const Planes &f = view.frame, &r = view.reference;
  const float floor2 = floor * floor;
  for (int y = 0; y < box.height; ++y) {
    const int row = box.y + y;
    const auto *fx = f.gx.ptr<float>(row) + box.x, *fy = f.gy.ptr<float>(row) + box.x;
    const auto *rx = r.gx.ptr<float>(row) + box.x, *ry = r.gy.ptr<float>(row) + box.x;
    const auto *edge = view.edges.ptr<uint8_t>(row) + box.x, *seen = valid.ptr<uint8_t>(row) + box.x;
    const uint8_t *counts = where.empty() ? view.mask.ptr<uint8_t>(row) + box.x : where.ptr<uint8_t>(y);
    float cross = 0, own = 0, ref = 0;
    int edges = 0, agreeing = 0, inside = 0;
    for (int x = 0; x < box.width; ++x) {
      const auto k = static_cast<float>(counts[x] & seen[x]);
      const float dot = fx[x] * rx[x] + fy[x] * ry[x];
      const float f2 = fx[x] * fx[x] + fy[x] * fy[x], r2 = rx[x] * rx[x] + ry[x] * ry[x];
      cross += k * dot;
      own += k * f2;
      ref += k * r2;
      const int strong = counts[x] & seen[x] & edge[x];
      edges += strong;
      agreeing += strong & static_cast<int>(dot > 0 && f2 > floor2 && dot * dot > kAgreeing * kAgreeing * f2 * r2);
      inside += counts[x] & seen[x];
    }
    g.cross += cross;
    g.own += own;
    g.ref += ref;
    g.edges += edges;
    g.agreeing += agreeing;
    g.valid += inside;
  }
  return g;
}

struct Sums {
  double y = 0, ref_y = 0, noise = 0, ref_noise = 0, high = 0, ref_high = 0;
  int clipped = 0, ref_clipped = 0, n = 0, flat = 0;
};

Sums sum_luma(const em_view &view, const cv::Mat &valid, const cv::Rect &box) {
  Sums s;
  const Planes &f = view.frame, &r = view.reference;
  for (int row = box.y; row < box.y + box.height; ++row) {
    const auto *fy = f.y.ptr<uint8_t>(row), *ry = r.y.ptr<uint8_t>(row);
    const auto *fl = f.laplacian.ptr<int16_t>(row), *rl = r.laplacian.ptr<int16_t>(row);
    const auto *fh = f.high.ptr<float>(row), *rh = r.high.ptr<float>(row);
    const auto *seen = valid.ptr<uint8_t>(row), *mask = view.mask.ptr<uint8_t>(row);
    const auto *edge = view.edges.ptr<uint8_t>(row);
    int y = 0, ref_y = 0, noise = 0, ref_noise = 0, clipped = 0, ref_clipped = 0, n = 0, flat = 0;
    float high = 0, ref_high = 0;
    for (int x = box.x; x < box.x + box.width; ++x) {
      const int k = seen[x] & mask[x];
      const int calm = k & (edge[x] ^ 1);
      n += k;
      flat += calm;
      y += k * fy[x];
      ref_y += k * ry[x];
      noise += calm * std::abs(static_cast<int>(fl[x]));
      ref_noise += calm * std::abs(static_cast<int>(rl[x]));
      high += static_cast<float>(k) * fh[x] * fh[x];
      ref_high += static_cast<float>(k) * rh[x] * rh[x];
      clipped += k & static_cast<int>(fy[x] >= kClipped);
      ref_clipped += k & static_cast<int>(ry[x] >= kClipped);
    }
    s.y += y; s.ref_y += ref_y; s.noise += noise; s.ref_noise += ref_noise; s.high += high; s.ref_high += ref_high;
    s.clipped += clipped; s.ref_clipped += ref_clipped; s.n += n; s.flat += flat;
  }
  return s;
}

double mean_square(const cv::Mat &plane, const cv::Rect &box) {
  double sum = 0;
  for (int y = box.y; y < box.y + box.height; ++y) {
    const auto *p = plane.ptr<float>(y);
    for (int x = box.x; x < box.x + box.width; ++x) sum += p[x] * p[x];
  }
  return box.area() > 0 ? sum / box.area() : 0;
}

double coarse_correlation(const Planes &f, const Planes &r, const cv::Rect &box) {
  double cross = 0, own = 0, ref = 0;
  for (int y = box.y; y < box.y + box.height; ++y) {
    const auto *fx = f.cgx.ptr<float>(y), *fy = f.cgy.ptr<float>(y), *rx = r.cgx.ptr<float>(y), *ry = r.cgy.ptr<float>(y);
    for (int x = box.x; x < box.x + box.width; ++x) {
      cross += fx[x] * rx[x] + fy[x] * ry[x];
      own += fx[x] * fx[x] + fy[x] * fy[x];
      ref += rx[x] * rx[x] + ry[x] * ry[x];
    }
  }
  return own > 0 && ref > 0 ? cross / std::sqrt(own * ref) : 0;
}

cv::Rect shrunk(const cv::Rect &box, int by, const cv::Mat &plane) {
  const int x0 = box.x / by, y0 = box.y / by, x1 = (box.x + box.width) / by, y1 = (box.y + box.height) / by;
  return cv::Rect(x0, y0, x1 - x0, y1 - y0) & cv::Rect(0, 0, plane.cols, plane.rows);
}

void measure_block(const em_view &view, const cv::Mat &valid, const cv::Rect &box, float floor, em_block &out) {
  const Planes &f = view.frame, &r = view.reference;
  const Gradients g = compare(view, valid, box, cv::Mat(), floor);
  const Sums s = sum_luma(view, valid, box);
  const double n = std::max(1, s.n), flat = std::max(1, s.flat);
  out.valid = static_cast<float>(s.n) / static_cast<float>(box.area());
  out.edges = static_cast<float>(g.edges / n);
  out.agreement = static_cast<float>(g.agreement());
  out.correlation = static_cast<float>(g.correlation());
  out.energy = static_cast<float>(g.own / n);
  out.ref_energy = static_cast<float>(g.ref / n);
  out.mean = static_cast<float>(s.y / n);
  out.ref_mean = static_cast<float>(s.ref_y / n);
  out.high = static_cast<float>(s.high / n);
  out.ref_high = static_cast<float>(s.ref_high / n);
  out.noise = static_cast<float>(s.noise / flat * kImmerkaer);
  out.ref_noise = static_cast<float>(s.ref_noise / flat * kImmerkaer);
  out.clipped = static_cast<float>(s.clipped / n);
  out.ref_clipped = static_cast<float>(s.ref_clipped / n);
  const cv::Rect half = shrunk(box, 2, f.u), quarter = shrunk(box, 4, f.coarse);
  out.u = static_cast<float>(cv::mean(f.u(half))[0]);
  out.v = static_cast<float>(cv::mean(f.v(half))[0]);
  out.ref_u = static_cast<float>(cv::mean(r.u(half))[0]);
  out.ref_v = static_cast<float>(cv::mean(r.v(half))[0]);
  out.mid = static_cast<float>(mean_square(f.mid, quarter));
  out.ref_mid = static_cast<float>(mean_square(r.mid, quarter));
  out.coarse = static_cast<float>(coarse_correlation(f, r, quarter));
}

struct Light {
  Histogram own{}, ref{}, ratio{};
  double own_sum = 0, own_squares = 0, ref_sum = 0, ref_squares = 0, noise = 0, ref_noise = 0;
  uint32_t n = 0;
  int flat = 0;
};

Light sum_light(const em_view &view, const cv::Mat &valid, const Outline &o) {
  const Linear &linear = linear_light();
  Light s;
  const Planes &f = view.frame, &r = view.reference;
  for (int y = 0; y < o.box.height; ++y) {
    const int row = o.box.y + y;
    const auto *fy = f.y.ptr<uint8_t>(row) + o.box.x, *ry = r.y.ptr<uint8_t>(row) + o.box.x;
    const auto *fl = f.laplacian.ptr<int16_t>(row) + o.box.x, *rl = r.laplacian.ptr<int16_t>(row) + o.box.x;
    const auto *seen = valid.ptr<uint8_t>(row) + o.box.x, *edge = view.edges.ptr<uint8_t>(row) + o.box.x;
    const auto *inside = o.inside.ptr<uint8_t>(y);
    for (int x = 0; x < o.box.width; ++x) {
      if (!(inside[x] & seen[x])) continue;
      ++s.n;
      ++s.own[fy[x]];
      ++s.ref[ry[x]];
      s.own_sum += fy[x];
      s.own_squares += fy[x] * fy[x];
      s.ref_sum += ry[x];
      s.ref_squares += ry[x] * ry[x];
      // Bins of 0.05 around 0: a factor of 600 either way.
      const float ratio = linear.log_of[fy[x]] - linear.log_of[ry[x]];
      ++s.ratio[static_cast<size_t>(std::clamp(static_cast<int>(std::lround(ratio * 20)) + 128, 0, 255))];
      if (!edge[x]) {
        ++s.flat;
        s.noise += std::abs(static_cast<int>(fl[x]));
        s.ref_noise += std::abs(static_cast<int>(rl[x]));
      }
    }
  }
  return s;
}

float deviation(double sum, double squares, double n) { return static_cast<float>(std::sqrt(std::max(0.0, squares / n - sum / n * (sum / n)))); }

float clipped_share(const Histogram &histogram, double n) {
  uint32_t clipped = 0;
  for (size_t i = kClipped; i < 256; ++i) clipped += histogram[i];
  return static_cast<float>(clipped / n);
}

void measure_station(const em_view &view, const cv::Mat &valid, const Outline &o, float floor, em_station &out) {
  out = {};
  out.pixels = static_cast<float>(o.pixels);
  if (o.box.empty() || o.pixels == 0) return;
  const Gradients g = compare(view, valid, o.box, o.grown, floor);
  const Light s = sum_light(view, valid, o);
  out.valid = static_cast<float>(s.n) / static_cast<float>(o.pixels);
  out.edges = static_cast<float>(g.edges);
  out.agreement = static_cast<float>(g.agreement());
  out.correlation = static_cast<float>(g.correlation());
  out.energy = static_cast<float>(g.own / std::max(1, g.valid));
  out.ref_energy = static_cast<float>(g.ref / std::max(1, g.valid));
  if (s.n == 0) return;
  const double n = s.n, flat = std::max(1, s.flat);
  out.mean = static_cast<float>(s.own_sum / n);
  out.p05 = percentile(s.own, s.n, 0.05);
  out.p50 = percentile(s.own, s.n, 0.5);
  out.p95 = percentile(s.own, s.n, 0.95);
  out.deviation = deviation(s.own_sum, s.own_squares, n);
  out.clipped = clipped_share(s.own, n);
  out.noise = static_cast<float>(s.noise / flat * kImmerkaer);
  out.ref_mean = static_cast<float>(s.ref_sum / n);
  out.ref_p05 = percentile(s.ref, s.n, 0.05);
  out.ref_p50 = percentile(s.ref, s.n, 0.5);
  out.ref_p95 = percentile(s.ref, s.n, 0.95);
  out.ref_deviation = deviation(s.ref_sum, s.ref_squares, n);
  out.ref_clipped = clipped_share(s.ref, n);
  out.ref_noise = static_cast<float>(s.ref_noise / flat * kImmerkaer);
  out.ratio25 = (percentile(s.ratio, s.n, 0.25) - 128) / 20;
  out.ratio50 = (percentile(s.ratio, s.n, 0.5) - 128) / 20;
  out.ratio75 = (percentile(s.ratio, s.n, 0.75) - 128) / 20;
}

void measure_cells(const em_view &view, const cv::Mat &valid, const Outline &o, float floor, em_cell *cells) {
  const Linear &linear = linear_light();
  for (int row = 0; row < EM_CELLS_Y; ++row)
    for (int column = 0; column < EM_CELLS_X; ++column) {
      em_cell &out = cells[row * EM_CELLS_X + column] = {};
      const int x0 = column * o.box.width / EM_CELLS_X, x1 = (column + 1) * o.box.width / EM_CELLS_X;
      const int y0 = row * o.box.height / EM_CELLS_Y, y1 = (row + 1) * o.box.height / EM_CELLS_Y;
      if (x1 <= x0 || y1 <= y0) continue;
      const cv::Rect inner(x0, y0, x1 - x0, y1 - y0), box(o.box.x + x0, o.box.y + y0, x1 - x0, y1 - y0);
      const Gradients g = compare(view, valid, box, o.grown(inner), floor);
      out.pixels = static_cast<float>(g.valid);
      out.edges = static_cast<float>(g.edges);
      out.agreement = static_cast<float>(g.agreement());
      double ratio = 0;
      for (int y = 0; y < box.height; ++y) {
        const auto *fy = view.frame.y.ptr<uint8_t>(box.y + y) + box.x, *ry = view.reference.y.ptr<uint8_t>(box.y + y) + box.x;
        const auto *seen = valid.ptr<uint8_t>(box.y + y) + box.x;
        const auto *counts = o.grown.ptr<uint8_t>(y0 + y) + x0;
        for (int x = 0; x < box.width; ++x)
          if (counts[x] & seen[x]) ratio += linear.log_of[fy[x]] - linear.log_of[ry[x]];
      }
      out.ratio = static_cast<float>(ratio / std::max(1, g.valid));
    }
}

bool is_identity(const double *h, int width, int height) {
  const double corners[4][2] = {{0, 0}, {static_cast<double>(width), 0}, {0, static_cast<double>(height)}, {static_cast<double>(width), static_cast<double>(height)}};
  for (const auto &c : corners) {
    const double w = h[6] * c[0] + h[7] * c[1] + h[8];
    if (std::abs((h[0] * c[0] + h[1] * c[1] + h[2]) / w - c[0]) > kStraight || std::abs((h[3] * c[0] + h[4] * c[1] + h[5]) / w - c[1]) > kStraight) return false;
  }
  return true;
}

// Brings the frame's planes onto the reference.
void align(em_view &view, const uint8_t *i420, const double *h) {
  const int w = view.width, hgt = view.height;
  if (is_identity(h, w, hgt)) {
    view.frame.y = em::luma_of(i420, w, hgt);
    view.frame.u = em::chroma_of(i420, w, hgt, 0);
    view.frame.v = em::chroma_of(i420, w, hgt, 1);
    view.identity_valid.copyTo(view.warped_valid);
    return;
  }
  const size_t luma = static_cast<size_t>(w) * static_cast<size_t>(hgt);
  view.warped.create(1, static_cast<int>(luma * 3 / 2), CV_8U);
  uint8_t *out = view.warped.ptr<uint8_t>();
  view.frame.y = em::luma_of(out, w, hgt);
  view.frame.u = em::chroma_of(out, w, hgt, 0);
  view.frame.v = em::chroma_of(out, w, hgt, 1);
  const cv::Matx33d full(h);
  // Our points count from a pixel's corner, OpenCV's from its centre; chroma has half the pixels.
  const cv::Matx33d corner(1, 0, -0.5, 0, 1, -0.5, 0, 0, 1), centre(1, 0, 0.5, 0, 1, 0.5, 0, 0, 1);
  const cv::Matx33d twice(2, 0, 0, 0, 2, 0, 0, 0, 1), halve(0.5, 0, 0, 0, 0.5, 0, 0, 0, 1);
  const cv::Matx33d on_luma = corner * full * centre, on_chroma = corner * halve * full * twice * centre;
  constexpr int how = cv::INTER_LINEAR | cv::WARP_INVERSE_MAP;
  cv::warpPerspective(em::luma_of(i420, w, hgt), view.frame.y, on_luma, {w, hgt}, how, cv::BORDER_REPLICATE);
  cv::warpPerspective(em::chroma_of(i420, w, hgt, 0), view.frame.u, on_chroma, {w / 2, hgt / 2}, how, cv::BORDER_REPLICATE);
  cv::warpPerspective(em::chroma_of(i420, w, hgt, 1), view.frame.v, on_chroma, {w / 2, hgt / 2}, how, cv::BORDER_REPLICATE);
  cv::warpPerspective(view.identity_valid, view.warped_valid, on_luma, {w, hgt}, cv::INTER_NEAREST | cv::WARP_INVERSE_MAP, cv::BORDER_CONSTANT, cv::Scalar(0));
}

}  // namespace

namespace em {

// Of a picture as it is: warping smooths noise away. The median of the blocks leaves the few with much texture out.
float noise_of(em_view &view, const cv::Mat &luma) {
  static const cv::Mat kernel = (cv::Mat_<float>(3, 1) << 1, -2, 1);
  cv::sepFilter2D(luma, view.laplacian, CV_16S, kernel, kernel, {-1, -1}, 0, cv::BORDER_REPLICATE);
  std::array<float, EM_GRID_X * EM_GRID_Y> all{};
  size_t n = 0;
  for (int row = 0; row < EM_GRID_Y; ++row)
    for (int column = 0; column < EM_GRID_X; ++column) {
      const cv::Rect box = view.block(column, row);
      int sum = 0, pixels = 0;
      for (int y = box.y; y < box.y + box.height; ++y) {
        const auto *p = view.laplacian.ptr<int16_t>(y);
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

}  // namespace em

extern "C" em_status em_view_measure(em_view *view, const uint8_t *i420, const double *homography, em_frame *frame, em_block *blocks,
                                     em_station *stations, em_cell *cells, uint8_t *patches) {
  return em::guard([&] {
    require(view != nullptr && view->has_reference, "the view has no reference yet");
    require(i420 != nullptr && homography != nullptr && frame != nullptr && blocks != nullptr, "null argument");
    require(view->stations.empty() || (stations != nullptr && cells != nullptr && patches != nullptr), "no room for the stations' measures");
    *frame = {};
    measure_frame(em::luma_of(i420, view->width, view->height), *frame);
    align(*view, i420, homography);
    em::compute(view->frame);
    frame->noise = em::noise_of(*view, em::luma_of(i420, view->width, view->height));
    frame->ref_noise = view->reference_noise;
    const float floor = std::max(kLeastSlope, kNoiseFactor * frame->noise * static_cast<float>(std::sqrt(em::gradient_noise_gain() / 2)));
    for (int row = 0; row < EM_GRID_Y; ++row)
      for (int column = 0; column < EM_GRID_X; ++column)
        measure_block(*view, view->warped_valid, view->block(column, row), floor, blocks[row * EM_GRID_X + column] = {});
    for (size_t i = 0; i < view->stations.size(); ++i) {
      const Outline &outline = view->stations[i];
      measure_station(*view, view->warped_valid, outline, floor, stations[i]);
      measure_cells(*view, view->warped_valid, outline, floor, cells + i * EM_CELLS_X * EM_CELLS_Y);
      cv::Mat patch(EM_PATCH_Y, EM_PATCH_X, CV_8U, patches + i * EM_PATCH_X * EM_PATCH_Y);
      if (outline.box.empty()) patch.setTo(0);
      else cv::resize(view->frame.y(outline.box), patch, patch.size(), 0, 0, cv::INTER_AREA);
    }
  });
}

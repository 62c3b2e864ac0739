#include <opencv2/core/hal/intrin.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

#include "levels.hpp"
#include "view.hpp"

namespace {

using em::kClipped;
using em::kImmerkaer;
using em::Outline;
using em::Planes;
using em::require;

constexpr float kAgreeing2 = 0.5f;            // squared cosine of 45 degrees
constexpr float kNoiseFactor = 2.0f;          // a slope below this many standard deviations of the noise's slope has no direction
constexpr float kLeastSlope = 1.0f;           // grey levels a pixel: quantisation and compression below it

// Marks the strong edges of the reference whose direction the frame still has.
void find_agreeing(em_view &view, float floor) {
  const Planes &f = view.frame, &r = view.reference;
  const float floor2 = floor * floor;
  view.agree.create(view.height, view.width, CV_8U);
  for (int row = 0; row < view.height; ++row) {
    const auto *fx = f.gx.ptr<float>(row), *fy = f.gy.ptr<float>(row), *rx = r.gx.ptr<float>(row), *ry = r.gy.ptr<float>(row);
    const auto *edge = view.edges.ptr<uint8_t>(row), *seen = view.warped_valid.ptr<uint8_t>(row);
    auto *out = view.agree.ptr<uint8_t>(row);
    int x = 0;
#if CV_SIMD128
    const cv::v_float32x4 zero = cv::v_setzero_f32(), least = cv::v_setall_f32(floor2), half = cv::v_setall_f32(kAgreeing2);
    const auto four = [&](int at) {
      const cv::v_float32x4 a = cv::v_load(fx + at), b = cv::v_load(fy + at), c = cv::v_load(rx + at), d = cv::v_load(ry + at);
      const cv::v_float32x4 dot = a * c + b * d, f2 = a * a + b * b, r2 = c * c + d * d;
      return cv::v_reinterpret_as_s32((dot > zero) & (f2 > least) & (dot * dot > half * f2 * r2));
    };
    for (; x + 16 <= view.width; x += 16) {
      const cv::v_uint8x16 strong = cv::v_load(edge + x) & cv::v_load(seen + x);
      // Most of a picture has no edge.
      if (!cv::v_check_any(strong > cv::v_setzero_u8())) {
        cv::v_store(out + x, strong);
        continue;
      }
      const cv::v_int8x16 all = cv::v_pack(cv::v_pack(four(x), four(x + 4)), cv::v_pack(four(x + 8), four(x + 12)));
      cv::v_store(out + x, strong & cv::v_reinterpret_as_u8(all));
    }
#endif
    for (; x < view.width; ++x) {
      const float dot = fx[x] * rx[x] + fy[x] * ry[x], f2 = fx[x] * fx[x] + fy[x] * fy[x], r2 = rx[x] * rx[x] + ry[x] * ry[x];
      out[x] = edge[x] & seen[x] & static_cast<uint8_t>(dot > 0 && f2 > floor2 && dot * dot > kAgreeing2 * f2 * r2);
    }
  }
}

// Sum of squares where counts is 1.
double squares(const float *p, const uint8_t *counts, int n) {
  double sum = 0;
  int x = 0;
#if CV_SIMD128
  cv::v_float32x4 four = cv::v_setzero_f32();
  for (; x + 4 <= n; x += 4) {
    const cv::v_float32x4 v = cv::v_load(p + x) * cv::v_cvt_f32(cv::v_reinterpret_as_s32(cv::v_load_expand_q(counts + x)));
    four = cv::v_muladd(v, v, four);
  }
  sum = cv::v_reduce_sum(four);
#endif
  for (; x < n; ++x) sum += counts[x] * p[x] * p[x];
  return sum;
}

// Sums over the counted pixels of a block, of one picture.
struct Sums {
  double high = 0, energy = 0;
  int luma = 0, noise = 0, clipped = 0;
};

Sums sum_block(const Planes &p, const cv::Mat &counts, const cv::Mat &calm, const cv::Rect &box) {
  Sums s;
  for (int row = box.y; row < box.y + box.height; ++row) {
    const auto *luma = p.y.ptr<uint8_t>(row) + box.x, *k = counts.ptr<uint8_t>(row) + box.x, *flat = calm.ptr<uint8_t>(row) + box.x;
    const auto *slope = p.laplacian.ptr<int16_t>(row) + box.x;
    int sum = 0, noise = 0, clipped = 0;
    for (int x = 0; x < box.width; ++x) {
      sum += k[x] * luma[x];
      clipped += k[x] & static_cast<int>(luma[x] >= kClipped);
      noise += flat[x] * std::abs(static_cast<int>(slope[x]));
    }
    s.luma += sum;
    s.noise += noise;
    s.clipped += clipped;
    s.high += squares(p.high.ptr<float>(row) + box.x, k, box.width);
    s.energy += squares(p.gx.ptr<float>(row) + box.x, k, box.width) + squares(p.gy.ptr<float>(row) + box.x, k, box.width);
  }
  return s;
}

double mean_square(const cv::Mat &plane, const cv::Rect &box) {
  return box.empty() ? 0 : cv::norm(plane(box), cv::NORM_L2SQR) / box.area();
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

int ones(const cv::Mat &marks, const cv::Rect &box) {
  int sum = 0;
  for (int y = box.y; y < box.y + box.height; ++y) {
    const auto *p = marks.ptr<uint8_t>(y) + box.x;
    for (int x = 0; x < box.width; ++x) sum += p[x];
  }
  return sum;
}

// The reference's share of a block's measures.
void measure_reference(const em_view &view, const cv::Rect &box, double n, double flat, em_block &out) {
  const Planes &r = view.reference;
  const Sums s = sum_block(r, view.counts, view.calm, box);
  const cv::Rect half = shrunk(box, 2, r.u), quarter = shrunk(box, 4, r.coarse);
  out.ref_energy = static_cast<float>(s.energy / n);
  out.ref_mean = static_cast<float>(s.luma / n);
  out.ref_high = static_cast<float>(s.high / n);
  out.ref_noise = static_cast<float>(s.noise / flat * kImmerkaer);
  out.ref_clipped = static_cast<float>(s.clipped / n);
  out.ref_u = static_cast<float>(cv::mean(r.u(half))[0]);
  out.ref_v = static_cast<float>(cv::mean(r.v(half))[0]);
  out.ref_mid = static_cast<float>(mean_square(r.mid, quarter));
}

void measure_block(em_view &view, int index, const cv::Rect &box, em_block &out) {
  const Planes &f = view.frame;
  const int counted = ones(view.counts, box);
  const double n = std::max(1, counted), flat = std::max(1, ones(view.calm, box));
  // The reference's numbers are the same for every frame that shows the whole block.
  em::KnownBlock &known = view.known[static_cast<size_t>(index)];
  out = {};
  if (known.whole < 0 && counted == ones(view.mask, box)) {
    measure_reference(view, box, n, flat, known.reference);
    known.whole = counted;
  }
  if (known.whole == counted) out = known.reference;
  else measure_reference(view, box, n, flat, out);
  const Sums s = sum_block(f, view.counts, view.calm, box);
  const int edges = ones(view.seen_edges, box);
  out.valid = static_cast<float>(counted) / static_cast<float>(box.area());
  out.edges = static_cast<float>(edges / n);
  out.agreement = edges > 0 ? static_cast<float>(static_cast<double>(ones(view.agree, box)) / edges) : 0;
  out.energy = static_cast<float>(s.energy / n);
  out.mean = static_cast<float>(s.luma / n);
  out.high = static_cast<float>(s.high / n);
  out.noise = static_cast<float>(s.noise / flat * kImmerkaer);
  out.clipped = static_cast<float>(s.clipped / n);
  const cv::Rect half = shrunk(box, 2, f.u), quarter = shrunk(box, 4, f.coarse);
  out.u = static_cast<float>(cv::mean(f.u(half))[0]);
  out.v = static_cast<float>(cv::mean(f.v(half))[0]);
  out.mid = static_cast<float>(mean_square(f.mid, quarter));
  out.coarse = static_cast<float>(coarse_correlation(f, view.reference, quarter));
}

void measure_station(const em_view &view, const Outline &o, em_station &out) {
  out = {};
  out.pixels = static_cast<float>(o.pixels);
  if (o.box.empty() || o.pixels == 0) return;
  em::Histogram own{};
  int ref_clipped = 0, noise = 0, flat = 0;
  for (int y = 0; y < o.box.height; ++y) {
    const int row = o.box.y + y;
    const auto *luma = view.frame.y.ptr<uint8_t>(row) + o.box.x, *ref = view.reference.y.ptr<uint8_t>(row) + o.box.x;
    const auto *slope = view.frame.laplacian.ptr<int16_t>(row) + o.box.x;
    const auto *seen = view.warped_valid.ptr<uint8_t>(row) + o.box.x, *edge = view.edges.ptr<uint8_t>(row) + o.box.x;
    const auto *inside = o.inside.ptr<uint8_t>(y);
    for (int x = 0; x < o.box.width; ++x) {
      const int k = inside[x] & seen[x], calm = k & (edge[x] ^ 1);
      ref_clipped += k & static_cast<int>(ref[x] >= kClipped);
      noise += calm * std::abs(static_cast<int>(slope[x]));
      flat += calm;
    }
    for (int x = 0; x < o.box.width; ++x)
      if (inside[x] & seen[x]) ++own[luma[x]];
  }
  const em::Levels levels = em::levels_of(own);
  out.valid = static_cast<float>(levels.total) / static_cast<float>(o.pixels);
  if (levels.total == 0) return;
  out.mean = static_cast<float>(levels.mean);
  out.p05 = em::percentile(own, levels.total, 0.05);
  out.p50 = em::percentile(own, levels.total, 0.5);
  out.p95 = em::percentile(own, levels.total, 0.95);
  out.deviation = static_cast<float>(levels.deviation);
  out.clipped = static_cast<float>(levels.clipped);
  out.noise = static_cast<float>(noise / static_cast<double>(std::max(1, flat)) * kImmerkaer);
  out.ref_clipped = static_cast<float>(ref_clipped / static_cast<double>(levels.total));
}

// One cell: where is 1 for the pixels of the grown outline.
void measure_cell(const em_view &view, const cv::Rect &box, const cv::Mat &where, em_cell &out) {
  const auto &log_of = em::log_light();
  int pixels = 0, edges = 0, agreeing = 0;
  double ratio = 0;
  for (int y = 0; y < box.height; ++y) {
    const int row = box.y + y;
    const auto *luma = view.frame.y.ptr<uint8_t>(row) + box.x, *seen = view.warped_valid.ptr<uint8_t>(row) + box.x, *counts = where.ptr<uint8_t>(y);
    const auto *edge = view.seen_edges.ptr<uint8_t>(row) + box.x, *agree = view.agree.ptr<uint8_t>(row) + box.x;
    const auto *reference = view.reference_light.ptr<float>(row) + box.x;
    float sum = 0;
    for (int x = 0; x < box.width; ++x) {
      pixels += counts[x] & seen[x];
      edges += counts[x] & edge[x];
      agreeing += counts[x] & agree[x];
      if (counts[x] & seen[x]) sum += log_of[luma[x]] - reference[x];
    }
    ratio += sum;
  }
  out.pixels = static_cast<float>(pixels);
  out.edges = static_cast<float>(edges);
  out.agreement = edges > 0 ? static_cast<float>(static_cast<double>(agreeing) / edges) : 0;
  out.ratio = static_cast<float>(ratio / std::max(1, pixels));
}

void measure_cells(const em_view &view, const Outline &o, em_cell *cells) {
  for (int row = 0; row < EM_CELLS_Y; ++row)
    for (int column = 0; column < EM_CELLS_X; ++column) {
      em_cell &out = cells[row * EM_CELLS_X + column] = {};
      const int x0 = column * o.box.width / EM_CELLS_X, x1 = (column + 1) * o.box.width / EM_CELLS_X;
      const int y0 = row * o.box.height / EM_CELLS_Y, y1 = (row + 1) * o.box.height / EM_CELLS_Y;
      if (x1 <= x0 || y1 <= y0) continue;
      measure_cell(view, {o.box.x + x0, o.box.y + y0, x1 - x0, y1 - y0}, o.grown({x0, y0, x1 - x0, y1 - y0}), out);
    }
}

// What counts in this frame: outside the masks, inside the frame; of that, the strong edges and what is not one.
void count_pixels(em_view &view) {
  cv::bitwise_and(view.mask, view.warped_valid, view.counts);
  cv::bitwise_and(view.edges, view.warped_valid, view.seen_edges);
  cv::subtract(view.counts, view.seen_edges, view.calm);
}

}  // namespace

extern "C" em_status em_view_measure(em_view *view, const uint8_t *i420, const double *homography, em_frame *frame, em_block *blocks,
                                     em_station *stations, em_cell *cells, uint8_t *patches) {
  return em::guard([&] {
    require(view != nullptr && view->has_reference, "the view has no reference yet");
    require(i420 != nullptr && homography != nullptr && frame != nullptr && blocks != nullptr, "null argument");
    require(view->stations.empty() || (stations != nullptr && cells != nullptr && patches != nullptr), "no room for the stations' measures");
    *frame = {};
    const cv::Mat luma = em::luma_of(i420, view->width, view->height);
    em::measure_frame(luma, *frame);
    view->straight = em::align(*view, i420, homography);
    em::compute(view->frame);
    // Of the picture as it is: warping smooths noise away.
    if (!view->straight) em::laplacian_of(luma, view->laplacian);
    frame->noise = em::noise_of(*view, view->straight ? view->frame.laplacian : view->laplacian);
    frame->ref_noise = view->reference_noise;
    count_pixels(*view);
    find_agreeing(*view, std::max(kLeastSlope, kNoiseFactor * frame->noise * static_cast<float>(std::sqrt(em::gradient_noise_gain() / 2))));
    for (int row = 0; row < EM_GRID_Y; ++row)
      for (int column = 0; column < EM_GRID_X; ++column)
        measure_block(*view, row * EM_GRID_X + column, view->block(column, row), blocks[row * EM_GRID_X + column]);
    for (size_t i = 0; i < view->stations.size(); ++i) {
      const Outline &outline = view->stations[i];
      measure_station(*view, outline, stations[i]);
      measure_cells(*view, outline, cells + i * EM_CELLS_X * EM_CELLS_Y);
      cv::Mat patch(EM_PATCH_Y, EM_PATCH_X, CV_8U, patches + i * EM_PATCH_X * EM_PATCH_Y);
      if (outline.box.empty()) patch.setTo(0);
      else cv::resize(view->frame.y(outline.box), patch, patch.size(), 0, 0, cv::INTER_AREA);
    }
  });
}

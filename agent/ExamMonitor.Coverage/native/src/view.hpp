#pragma once
#include <array>
#include <vector>

#include <opencv2/core.hpp>

#include "error.hpp"
#include "exam_monitor_vision.h"
#include "patches.hpp"
#include "planes.hpp"

namespace em {

// A station's outline in the reference's pixels.
struct Outline {
  cv::Rect box;           // of the outline grown by kGrow, inside the picture
  cv::Mat inside;         // CV_8U over box: 1 inside the outline
  cv::Mat grown;          // CV_8U over box: 1 inside the grown outline
  int pixels = 0;
};

// Where the reference has a corner worth looking for.
struct Place {
  cv::Point2f at;         // full-resolution pixels of the reference
  Patch patch;            // half-resolution luma around it
};

constexpr int kGrow = 2;

// The reference's numbers of a block that is seen whole, and how many pixels that are; -1 before they are known.
struct KnownBlock {
  int whole = -1;
  em_block reference{};
};

}  // namespace em

struct em_view {
  int width = 0;
  int height = 0;
  bool has_reference = false;
  em::Planes reference;
  cv::Mat edges;                      // CV_8U: 1 on a strong edge of the reference, outside the mask
  cv::Mat mask;                       // CV_8U: 1 where pixels count
  cv::Mat identity_valid;             // CV_8U: 1 everywhere
  std::vector<em::Outline> stations;
  std::vector<em::Place> places;
  cv::Mat reference_descriptors;      // binary features for EM_WIDE
  std::vector<cv::Point2f> reference_points;
  cv::Mat reference_light;            // CV_32F: logarithm of the reference's linear light

  // Workspaces, kept so that a frame allocates nothing of its size.
  em::Planes frame;
  cv::Mat warped;                     // I420 planes on the reference
  cv::Mat warped_valid;
  cv::Mat half;
  cv::Mat agree;                      // CV_8U: 1 on a strong edge whose direction is still there, inside the frame
  cv::Mat laplacian;                  // of the frame before it was warped
  cv::Mat counts, seen_edges, calm;   // CV_8U: what counts in this frame; of it the strong edges, and the rest
  bool straight = false;              // the frame lies on the reference without a warp
  std::array<em::KnownBlock, EM_GRID_X * EM_GRID_Y> known;
  float reference_noise = 0;

  cv::Rect block(int column, int row) const;
};

namespace em {
void find_places(em_view &view);
void find_edges(em_view &view);
// Brings the frame's planes onto the reference; true when they lay there already.
bool align(em_view &view, const uint8_t *i420, const double *h);
// Standard deviation of the noise from Immerkaer's operator: median over the blocks, which leaves the few with much texture out.
float noise_of(const em_view &view, const cv::Mat &laplacian);
// Logarithm of the linear light of each luma of limited range.
const std::array<float, 256> &log_light();
}  // namespace em

#pragma once
#include <vector>

#include <opencv2/core.hpp>

#include "error.hpp"
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
  cv::Mat patch;          // half-resolution luma around it
};

constexpr int kGrow = 2;
constexpr int kPatchRadius = 10;      // half-resolution px
constexpr int kSearchRadius = 10;     // half-resolution px

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
  cv::Mat small_reference;            // quarter-resolution gradient magnitude for EM_WIDE

  // Workspaces, kept so that a frame allocates nothing of its size.
  em::Planes frame;
  cv::Mat warped;                     // I420 planes on the reference
  cv::Mat warped_valid;
  cv::Mat half;
  cv::Mat response;
  cv::Mat laplacian;
  float reference_noise = 0;

  cv::Rect block(int column, int row) const;
};

namespace em {
void find_places(em_view &view);
void find_edges(em_view &view);
float noise_of(em_view &view, const cv::Mat &luma);
}  // namespace em

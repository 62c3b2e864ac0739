#pragma once
#include <opencv2/core.hpp>

namespace em {

// What is computed once of a picture before it is compared.
struct Planes {
  cv::Mat y;              // CV_8U
  cv::Mat u, v;           // CV_8U, half size
  cv::Mat gx, gy;         // CV_32F, derivative of a Gaussian of 1 px
  cv::Mat coarse;         // CV_8U, a quarter of the size
  cv::Mat cgx, cgy;       // CV_32F, gradient of coarse
  cv::Mat high;           // CV_32F, band 0.8 to 1.6 px
  cv::Mat mid;            // CV_32F, band 3.2 to 6.4 px, a quarter of the size
  cv::Mat laplacian;      // CV_16S, Immerkaer's operator
  cv::Mat f, a, b;        // scratch, full size
  cv::Mat g, c, d;        // scratch, a quarter of the size
};

// Gaussian noise of standard deviation 1 leaves this much energy in gx² + gy² and in high².
double gradient_noise_gain();
double high_noise_gain();

// The planes of an I420 buffer without a copy.
cv::Mat luma_of(const uint8_t *i420, int width, int height);
cv::Mat chroma_of(const uint8_t *i420, int width, int height, int plane);

// Immerkaer's operator, CV_16S.
void laplacian_of(const cv::Mat &luma, cv::Mat &out);

void compute(Planes &planes);
}  // namespace em

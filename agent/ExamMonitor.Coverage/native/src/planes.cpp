#include "planes.hpp"

#include <opencv2/imgproc.hpp>

#include <cmath>

namespace em {
namespace {

struct Kernels {
  cv::Mat smooth1, slope1;        // Gaussian of 1 px and its derivative
  cv::Mat fine, broad;            // 0.8 px and 1.6 px
  double gradient_gain = 0;
  double high_gain = 0;

  Kernels() {
    smooth1 = cv::getGaussianKernel(7, 1.0, CV_32F);
    slope1 = cv::Mat(7, 1, CV_32F);
    float moment = 0;
    for (int i = -3; i <= 3; ++i) {
      slope1.at<float>(i + 3) = static_cast<float>(i) * smooth1.at<float>(i + 3);
      moment += static_cast<float>(i * i) * smooth1.at<float>(i + 3);
    }
    slope1 = slope1 / moment;     // a ramp of one grey level a pixel has gradient 1
    fine = cv::getGaussianKernel(11, 0.8, CV_32F);
    broad = cv::getGaussianKernel(11, 1.6, CV_32F);
    gradient_gain = 2 * slope1.dot(slope1) * smooth1.dot(smooth1);
    const cv::Mat band = fine * fine.t() - broad * broad.t();
    high_gain = band.dot(band);
  }
};

const Kernels &kernels() {
  static const Kernels one;
  return one;
}

}  // namespace

double gradient_noise_gain() { return kernels().gradient_gain; }
double high_noise_gain() { return kernels().high_gain; }

cv::Mat luma_of(const uint8_t *i420, int width, int height) {
  return cv::Mat(height, width, CV_8UC1, const_cast<uint8_t *>(i420));
}

cv::Mat chroma_of(const uint8_t *i420, int width, int height, int plane) {
  const size_t luma = static_cast<size_t>(width) * static_cast<size_t>(height);
  return cv::Mat(height / 2, width / 2, CV_8UC1, const_cast<uint8_t *>(i420) + luma + static_cast<size_t>(plane) * luma / 4);
}

// J. Immerkaer, Fast Noise Variance Estimation, 1996: blind to planes and to straight edges along the axes.
void laplacian_of(const cv::Mat &luma, cv::Mat &out) {
  static const cv::Mat operator_row = (cv::Mat_<float>(3, 1) << 1, -2, 1);
  cv::sepFilter2D(luma, out, CV_16S, operator_row, operator_row, {-1, -1}, 0, cv::BORDER_REPLICATE);
}

void compute(Planes &p) {
  const Kernels &k = kernels();
  constexpr int border = cv::BORDER_REPLICATE;
  // Filters from float to float are vectorised, those from bytes to float are not.
  p.y.convertTo(p.f, CV_32F);
  cv::sepFilter2D(p.f, p.gx, CV_32F, k.slope1, k.smooth1, {-1, -1}, 0, border);
  cv::sepFilter2D(p.f, p.gy, CV_32F, k.smooth1, k.slope1, {-1, -1}, 0, border);
  cv::sepFilter2D(p.f, p.a, CV_32F, k.fine, k.fine, {-1, -1}, 0, border);
  cv::sepFilter2D(p.f, p.b, CV_32F, k.broad, k.broad, {-1, -1}, 0, border);
  cv::subtract(p.a, p.b, p.high);
  cv::resize(p.y, p.coarse, cv::Size(p.y.cols / 4, p.y.rows / 4), 0, 0, cv::INTER_AREA);
  p.coarse.convertTo(p.g, CV_32F);
  cv::sepFilter2D(p.g, p.cgx, CV_32F, k.slope1, k.smooth1, {-1, -1}, 0, border);
  cv::sepFilter2D(p.g, p.cgy, CV_32F, k.smooth1, k.slope1, {-1, -1}, 0, border);
  cv::sepFilter2D(p.g, p.c, CV_32F, k.fine, k.fine, {-1, -1}, 0, border);
  cv::sepFilter2D(p.g, p.d, CV_32F, k.broad, k.broad, {-1, -1}, 0, border);
  cv::subtract(p.c, p.d, p.mid);
  laplacian_of(p.y, p.laplacian);
}

}  // namespace em

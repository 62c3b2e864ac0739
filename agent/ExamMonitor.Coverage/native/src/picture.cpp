#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include <cstring>
#include <vector>

#include "error.hpp"

struct em_picture {
  cv::Mat bgr;
};

namespace {

using em::Failure;
using em::require;

uint32_t be32(const uint8_t *p) {
  return static_cast<uint32_t>(p[0]) << 24 | static_cast<uint32_t>(p[1]) << 16 | static_cast<uint32_t>(p[2]) << 8 | p[3];
}

bool png_size(const uint8_t *b, int64_t n, int64_t &width, int64_t &height) {
  static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', 0x0d, 0x0a, 0x1a, 0x0a};
  if (n < 33 || std::memcmp(b, signature, 8) != 0 || std::memcmp(b + 12, "IHDR", 4) != 0) return false;
  width = be32(b + 16);
  height = be32(b + 20);
  return true;
}

// Walks the JPEG markers up to the frame header (SOF0…SOF15 without DHT, JPG and DAC; ITU-T T.81, B.2.2).
bool jpeg_size(const uint8_t *b, int64_t n, int64_t &width, int64_t &height) {
  if (n < 4 || b[0] != 0xff || b[1] != 0xd8) return false;
  int64_t at = 2;
  while (at + 9 < n) {
    if (b[at] != 0xff) return false;
    const uint8_t marker = b[at + 1];
    if (marker == 0xff) { ++at; continue; }
    if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
      height = b[at + 5] << 8 | b[at + 6];
      width = b[at + 7] << 8 | b[at + 8];
      return true;
    }
    const int64_t length = b[at + 2] << 8 | b[at + 3];
    if (length < 2) return false;
    at += 2 + length;
  }
  return false;
}

void require_i420_size(int32_t width, int32_t height) {
  em::require_size(width, height);
  require(width % 2 == 0 && height % 2 == 0, "a 4:2:0 picture needs an even width and height");
}

}  // namespace

extern "C" {

em_status em_picture_decode(const uint8_t *bytes, int64_t size, em_picture **picture) {
  return em::guard([&] {
    require(bytes != nullptr && picture != nullptr && size > 0 && size <= INT32_MAX, "no bytes to decode");
    *picture = nullptr;
    int64_t width = 0, height = 0;
    if (!png_size(bytes, size, width, height) && !jpeg_size(bytes, size, width, height))
      throw Failure(EM_BAD_PICTURE, "neither a PNG nor a JPEG picture");
    if (width < 1 || height < 1 || width > 32768 || height > 32768 || width * height > EM_MAX_PIXELS)
      throw Failure(EM_BAD_PICTURE, "the picture's size is out of range");
    const cv::Mat raw(1, static_cast<int>(size), CV_8UC1, const_cast<uint8_t *>(bytes));
    cv::Mat decoded = cv::imdecode(raw, cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION);
    if (decoded.empty()) throw Failure(EM_BAD_PICTURE, "the picture is damaged");
    *picture = new em_picture{decoded};
  });
}

void em_picture_free(em_picture *picture) { delete picture; }

em_status em_picture_size(const em_picture *picture, int32_t *width, int32_t *height) {
  return em::guard([&] {
    require(picture != nullptr && width != nullptr && height != nullptr, "null argument");
    *width = picture->bgr.cols;
    *height = picture->bgr.rows;
  });
}

em_status em_picture_copy_bgr(const em_picture *picture, uint8_t *bgr, int32_t stride) {
  return em::guard([&] {
    require(picture != nullptr, "null argument");
    cv::Mat to = em::wrap(bgr, picture->bgr.cols, picture->bgr.rows, stride, 3);
    picture->bgr.copyTo(to);
  });
}

em_status em_encode(const uint8_t *pixels, int32_t width, int32_t height, int32_t stride, int32_t channels, int32_t kind,
                    int32_t quality, uint8_t *bytes, int64_t capacity, int64_t *written) {
  return em::guard([&] {
    require(written != nullptr && capacity >= 0 && (bytes != nullptr || capacity == 0), "no buffer to encode into");
    require(kind == EM_PNG || kind == EM_JPEG, "unknown kind of picture");
    require(quality >= 1 && quality <= 100, "quality is out of [1, 100]");
    std::vector<uint8_t> encoded;
    std::vector<int> options;
    if (kind == EM_JPEG) options = {cv::IMWRITE_JPEG_QUALITY, quality};
    if (!cv::imencode(kind == EM_JPEG ? ".jpg" : ".png", em::wrap(pixels, width, height, stride, channels), encoded, options))
      throw Failure(EM_INTERNAL, "the picture could not be encoded");
    *written = static_cast<int64_t>(encoded.size());
    if (*written > capacity) throw Failure(EM_TOO_SMALL, "the buffer is too small for the encoded picture");
    std::memcpy(bytes, encoded.data(), encoded.size());
  });
}

em_status em_bgr_to_i420(const uint8_t *bgr, int32_t width, int32_t height, int32_t stride, uint8_t *i420) {
  return em::guard([&] {
    require_i420_size(width, height);
    require(i420 != nullptr, "null argument");
    cv::Mat to(height * 3 / 2, width, CV_8UC1, i420);
    cv::cvtColor(em::wrap(bgr, width, height, stride, 3), to, cv::COLOR_BGR2YUV_I420);
  });
}

em_status em_i420_to_bgr(const uint8_t *i420, int32_t width, int32_t height, uint8_t *bgr, int32_t stride) {
  return em::guard([&] {
    require_i420_size(width, height);
    require(i420 != nullptr, "null argument");
    const cv::Mat from(height * 3 / 2, width, CV_8UC1, const_cast<uint8_t *>(i420));
    cv::Mat to = em::wrap(bgr, width, height, stride, 3);
    cv::cvtColor(from, to, cv::COLOR_YUV2BGR_I420);
  });
}

em_status em_resize(const uint8_t *from, int32_t width, int32_t height, int32_t stride, int32_t channels, uint8_t *to,
                    int32_t to_width, int32_t to_height, int32_t to_stride) {
  return em::guard([&] {
    const cv::Mat source = em::wrap(from, width, height, stride, channels);
    cv::Mat target = em::wrap(to, to_width, to_height, to_stride, channels);
    const bool shrinks = to_width < width || to_height < height;
    cv::resize(source, target, target.size(), 0, 0, shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);
  });
}
}

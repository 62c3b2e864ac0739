#include "error.hpp"

#include <algorithm>
#include <cstring>

namespace {
thread_local char last_error[512];

// Our threads come from the caller; a pool of OpenCV's own would only fight with it for the cores.
const bool one_thread = (cv::setNumThreads(1), true);

// OpenCV prints each failure to stderr by default; ours is reported to the caller instead.
int silent(int, const char *, const char *, const char *, int, void *) { return 0; }
const bool quiet = (cv::redirectError(silent), true);
}  // namespace

namespace em {

void remember(const char *text) noexcept {
  std::strncpy(last_error, text, sizeof last_error - 1);
  last_error[sizeof last_error - 1] = '\0';
}

void require_size(int32_t width, int32_t height) {
  require(width >= 1 && height >= 1 && width <= 32768 && height <= 32768, "the picture's size is out of range");
  require(static_cast<int64_t>(width) * height <= EM_MAX_PIXELS, "the picture has too many pixels");
}

cv::Mat wrap(const uint8_t *pixels, int32_t width, int32_t height, int32_t stride, int32_t channels) {
  require(pixels != nullptr, "no pixels");
  require(channels == 1 || channels == 3, "channels must be 1 or 3");
  require_size(width, height);
  require(stride >= width * channels, "the stride is shorter than a row");
  return cv::Mat(height, width, CV_8UC(channels), const_cast<uint8_t *>(pixels), static_cast<size_t>(stride));
}

}  // namespace em

extern "C" {

int32_t em_abi_version(void) { return EM_ABI_VERSION; }

int32_t em_last_error(char *text, int32_t capacity) {
  const auto length = static_cast<int32_t>(std::strlen(last_error));
  if (text != nullptr && capacity > 0) {
    const auto kept = std::min(length, capacity - 1);
    std::memcpy(text, last_error, static_cast<size_t>(kept));
    text[kept] = '\0';
  }
  return length;
}
}

#pragma once
#include <new>
#include <stdexcept>
#include <string>

#include <opencv2/core.hpp>

#include "exam_monitor_vision.h"

namespace em {

// A failure with the status that the border reports.
class Failure : public std::runtime_error {
 public:
  Failure(em_status status, const std::string &text) : std::runtime_error(text), status_(status) {}
  em_status status() const { return status_; }

 private:
  em_status status_;
};

void remember(const char *text) noexcept;

inline void require(bool holds, const char *text) {
  if (!holds) throw Failure(EM_BAD_ARGUMENT, text);
}

// Every exported function runs its body in here: nothing that C++ throws gets across.
template <typename Body>
em_status guard(Body body) noexcept {
  try {
    body();
    return EM_OK;
  } catch (const Failure &e) {
    remember(e.what());
    return e.status();
  } catch (const std::bad_alloc &) {
    remember("out of memory");
    return EM_NO_MEMORY;
  } catch (const cv::Exception &e) {
    remember(e.what());
    return e.code == cv::Error::StsNoMem ? EM_NO_MEMORY : EM_INTERNAL;
  } catch (const std::exception &e) {
    remember(e.what());
    return EM_INTERNAL;
  } catch (...) {
    remember("an exception of unknown type");
    return EM_INTERNAL;
  }
}

void require_size(int32_t width, int32_t height);
cv::Mat wrap(const uint8_t *pixels, int32_t width, int32_t height, int32_t stride, int32_t channels);

}  // namespace em

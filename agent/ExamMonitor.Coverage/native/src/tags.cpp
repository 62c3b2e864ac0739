extern "C" {
#include <apriltag/apriltag.h>
#include <apriltag/tag36h11.h>
}

#include <algorithm>
#include <memory>
#include <vector>

#include "error.hpp"

struct em_tags {
  apriltag_family_t *family = nullptr;
  apriltag_detector_t *detector = nullptr;

  em_tags() : family(tag36h11_create()), detector(apriltag_detector_create()) {
    // One corrected bit: two let a false hit through where none did with one.
    apriltag_detector_add_family_bits(detector, family, 1);
    detector->quad_decimate = 1.0f;
    detector->quad_sigma = 0.0f;
    detector->refine_edges = true;
    detector->nthreads = 1;
  }

  em_tags(const em_tags &) = delete;
  em_tags &operator=(const em_tags &) = delete;

  ~em_tags() {
    apriltag_detector_destroy(detector);
    tag36h11_destroy(family);
  }
};

extern "C" {

em_status em_tags_create(em_tags **tags) {
  return em::guard([&] {
    em::require(tags != nullptr, "null argument");
    *tags = new em_tags();
  });
}

void em_tags_free(em_tags *tags) { delete tags; }

em_status em_tags_detect(em_tags *tags, const uint8_t *grey, int32_t width, int32_t height, int32_t stride, em_tag *out, int32_t capacity, int32_t *found) {
  return em::guard([&] {
    em::require(tags != nullptr && found != nullptr && capacity >= 0 && (out != nullptr || capacity == 0), "null argument");
    em::wrap(grey, width, height, stride, 1);
    image_u8_t image = {width, height, stride, const_cast<uint8_t *>(grey)};
    const std::unique_ptr<zarray_t, void (*)(zarray_t *)> detections(
        apriltag_detector_detect(tags->detector, &image), apriltag_detections_destroy);
    std::vector<const apriltag_detection_t *> sorted;
    for (int i = 0; i < zarray_size(detections.get()); ++i) {
      apriltag_detection_t *one = nullptr;
      zarray_get(detections.get(), i, &one);
      sorted.push_back(one);
    }
    std::sort(sorted.begin(), sorted.end(), [](auto *a, auto *b) { return a->decision_margin > b->decision_margin; });
    *found = static_cast<int32_t>(sorted.size());
    const auto kept = std::min<size_t>(sorted.size(), static_cast<size_t>(capacity));
    for (size_t i = 0; i < kept; ++i) {
      const auto *from = sorted[i];
      em_tag &to = out[i];
      to.id = from->id;
      to.hamming = from->hamming;
      to.margin = from->decision_margin;
      to.center[0] = from->c[0];
      to.center[1] = from->c[1];
      for (int k = 0; k < 4; ++k) {
        to.corners[2 * k] = from->p[k][0];
        to.corners[2 * k + 1] = from->p[k][1];
      }
    }
  });
}
}

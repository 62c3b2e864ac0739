#include <cstring>

#include "error.hpp"

namespace {
// A block whose luma deviates by less than this has no texture; an encoder makes it bit-identical by itself.
constexpr int kTexture = 4;
}  // namespace

extern "C" em_status em_block_hashes(const uint8_t *luma, int32_t width, int32_t height, int32_t stride, uint16_t *hashes, uint8_t *means,
                                     int32_t capacity) {
  return em::guard([&] {
    em::wrap(luma, width, height, stride, 1);
    const int32_t columns = width / 8, rows = height / 8;
    em::require(hashes != nullptr && means != nullptr && capacity >= columns * rows, "the buffer is too small for the hashes");
    for (int32_t row = 0; row < rows; ++row)
      for (int32_t column = 0; column < columns; ++column) {
        uint64_t hash = 0x9e3779b97f4a7c15u;
        int32_t sum = 0, squares = 0;
        for (int32_t line = 0; line < 8; ++line) {
          const uint8_t *at = luma + static_cast<int64_t>(row * 8 + line) * stride + column * 8;
          uint64_t eight;
          std::memcpy(&eight, at, 8);
          for (int x = 0; x < 8; ++x) {
            sum += at[x];
            squares += at[x] * at[x];
          }
          hash = (hash ^ eight) * 0xff51afd7ed558ccdu;
          hash ^= hash >> 32;
        }
        means[row * columns + column] = static_cast<uint8_t>((sum + 32) / 64);
        const auto folded = static_cast<uint16_t>(hash ^ hash >> 16 ^ hash >> 32 ^ hash >> 48);
        const bool textured = 64 * squares - sum * sum >= kTexture * kTexture * 64 * 64;
        hashes[row * columns + column] = static_cast<uint16_t>(!textured ? 0 : folded == 0 ? 1 : folded);
      }
  });
}

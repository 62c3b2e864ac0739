/* The C border of the vision library: pictures in, numbers out. It holds measures and drawing, no decision and no threshold of a verdict.
 *
 * Rules of the border
 *  - Every function returns an em_status; EM_OK is 0. em_last_error() gives the text of the calling thread's last failure.
 *  - No C++ exception crosses it. Buffers belong to the caller; handles belong to the library and are freed by their *_free (null is allowed).
 *  - A handle is used by one thread at a time; different handles are independent.
 *  - Structs hold int32_t, float and double only, in an order that leaves no padding.
 *  - Points are (u, v) pixels from the top left corner of the picture's top left pixel, x before y.
 */
#ifndef EXAM_MONITOR_VISION_H
#define EXAM_MONITOR_VISION_H

#include <stdint.h>

#if defined(_WIN32)
#  if defined(EM_BUILDING)
#    define EM_API __declspec(dllexport)
#  else
#    define EM_API __declspec(dllimport)
#  endif
#else
#  define EM_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Grows whenever a struct or a meaning changes; the caller refuses a library of another version. */
#define EM_ABI_VERSION 1

typedef int32_t em_status;
enum {
  EM_OK = 0,
  EM_BAD_ARGUMENT = 1,  /* the caller's fault */
  EM_BAD_PICTURE = 2,   /* not a picture of an accepted kind, or larger than EM_MAX_PIXELS */
  EM_TOO_SMALL = 3,     /* the caller's buffer; the needed size is reported */
  EM_NO_MEMORY = 4,
  EM_INTERNAL = 5
};

/* Largest picture that is decoded or measured, pixels. */
#define EM_MAX_PIXELS 40000000

EM_API int32_t em_abi_version(void);

/* Copies the thread's last error text, zero-terminated, cut to capacity; returns its full length. */
EM_API int32_t em_last_error(char *text, int32_t capacity);

/* ---- pictures ---- */

typedef struct em_picture em_picture;

/* Decodes PNG or JPEG (no other kind) into 8-bit BGR. The size is checked in the header before anything is decoded. */
EM_API em_status em_picture_decode(const uint8_t *bytes, int64_t size, em_picture **picture);
EM_API void em_picture_free(em_picture *picture);
EM_API em_status em_picture_size(const em_picture *picture, int32_t *width, int32_t *height);
/* Copies the pixels out: 3 bytes a pixel, rows of stride bytes. */
EM_API em_status em_picture_copy_bgr(const em_picture *picture, uint8_t *bgr, int32_t stride);

enum { EM_PNG = 0, EM_JPEG = 1 };

/* channels is 1 (grey) or 3 (BGR). quality is [1, 100], JPEG only. written is the encoded size, also with EM_TOO_SMALL. */
EM_API em_status em_encode(const uint8_t *pixels, int32_t width, int32_t height, int32_t stride, int32_t channels,
                           int32_t kind, int32_t quality, uint8_t *bytes, int64_t capacity, int64_t *written);

/* Planar YUV 4:2:0, BT.601 limited range, tight: width * height + 2 * (width / 2) * (height / 2) bytes; width and height are even. */
EM_API em_status em_bgr_to_i420(const uint8_t *bgr, int32_t width, int32_t height, int32_t stride, uint8_t *i420);
EM_API em_status em_i420_to_bgr(const uint8_t *i420, int32_t width, int32_t height, uint8_t *bgr, int32_t stride);
/* Shrinks by area averaging, enlarges by linear interpolation. channels is 1 or 3. */
EM_API em_status em_resize(const uint8_t *from, int32_t width, int32_t height, int32_t stride, int32_t channels,
                           uint8_t *to, int32_t to_width, int32_t to_height, int32_t to_stride);

/* ---- drawing on BGR, anti-aliased; rgb is 0xRRGGBB; what lies outside is clipped ---- */

typedef struct em_canvas {
  uint8_t *bgr;
  int32_t width;
  int32_t height;
  int32_t stride;
  int32_t reserved;
} em_canvas;

EM_API em_status em_draw_polyline(const em_canvas *canvas, const double *uv, int32_t points, int32_t closed, uint32_t rgb, int32_t thickness);
EM_API em_status em_draw_polygon(const em_canvas *canvas, const double *uv, int32_t points, uint32_t rgb, double alpha);
/* thickness < 0 fills. */
EM_API em_status em_draw_circle(const em_canvas *canvas, double u, double v, double radius, uint32_t rgb, int32_t thickness);
/* ASCII; (u, v) is the left end of the base line; height is that of a capital letter, px. */
EM_API em_status em_draw_text(const em_canvas *canvas, const char *text, double u, double v, double height, uint32_t rgb, int32_t thickness);
EM_API em_status em_text_width(const char *text, double height, int32_t thickness, int32_t *width);

/* ---- plates: AprilTag 36h11, full resolution (decimate 1) ---- */

typedef struct em_tags em_tags;

typedef struct em_tag {
  int32_t id;
  int32_t hamming;        /* corrected bits */
  double margin;          /* decision margin; larger is surer */
  double center[2];
  double corners[8];      /* four corners (u, v) in AprilTag 3 order: counter-clockwise in the tag, from its lower left corner */
} em_tag;

EM_API em_status em_tags_create(em_tags **tags);
EM_API void em_tags_free(em_tags *tags);
/* found is the number in the picture; at most capacity of them are written, the surest first. */
EM_API em_status em_tags_detect(em_tags *tags, const uint8_t *grey, int32_t width, int32_t height, int32_t stride,
                                em_tag *out, int32_t capacity, int32_t *found);

#ifdef __cplusplus
}
#endif
#endif

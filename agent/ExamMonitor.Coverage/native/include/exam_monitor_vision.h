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
#define EM_ABI_VERSION 4

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

/* ---- a camera's view: one reference, its stations, and the measures of a frame against them ----
 *
 * All planes are luma and chroma of planar YUV 4:2:0, limited range, at the view's size. A homography is nine numbers row by row; it takes a pixel of
 * the reference to its place in the frame. Frames are brought onto the reference by it before anything is compared, so blocks and stations are always
 * counted in the reference's pixels. valid is the share of pixels that fall inside the frame after that.
 */

typedef struct em_view em_view;

enum { EM_GRID_X = 16, EM_GRID_Y = 9, EM_PATCH_X = 24, EM_PATCH_Y = 16, EM_CELLS_X = 6, EM_CELLS_Y = 4 };

/* Measures of one block of the grid (row by row from the top left), reference values beside frame values. */
typedef struct em_block {
  float valid;          /* [0, 1] */
  float edges;          /* strong edge pixels of the reference per pixel, [0, 1] */
  float agreement;      /* share of these whose gradient direction in the frame is within 45 degrees, above the noise; [0, 1] */
  float coarse;         /* correlation of signed gradients at a quarter of the resolution, [-1, 1] */
  float energy;         /* mean squared gradient */
  float ref_energy;
  float mean;           /* luma, [0, 255] */
  float ref_mean;
  float u;              /* chroma, 128 = none */
  float v;
  float ref_u;
  float ref_v;
  float high;           /* energy of the band 0.8 to 1.6 px */
  float ref_high;
  float mid;            /* energy of the band 3.2 to 6.4 px */
  float ref_mid;
  float noise;          /* standard deviation of the noise, Immerkaer's operator, after the warp */
  float ref_noise;
  float clipped;        /* share of pixels at luma >= 233 */
  float ref_clipped;
} em_block;

/* Measures of the frame as a whole, not warped. */
typedef struct em_frame {
  float mean;
  float p01;            /* percentiles of luma: 1, 5, 50, 95, 99, 99.9 % */
  float p05;
  float p50;
  float p95;
  float p99;
  float p999;
  float clipped;
  float deviation;      /* standard deviation of luma */
  float noise;          /* standard deviation of the noise: median over the blocks of Immerkaer's operator */
  float ref_noise;
  float reserved;
} em_frame;

/* Measures inside a station's outline. */
typedef struct em_station {
  float valid;
  float pixels;         /* of the outline inside the reference */
  float mean;           /* luma */
  float p05;
  float p50;
  float p95;
  float deviation;
  float clipped;
  float noise;
  float ref_clipped;
} em_station;

/* One cell of a station: its grown outline's bounding box in EM_CELLS_X * EM_CELLS_Y parts, row by row. */
typedef struct em_cell {
  float pixels;         /* of the grown outline in it, inside the frame */
  float edges;          /* of these, strong edge pixels of the reference */
  float agreement;      /* as for a block */
  float ratio;          /* mean natural logarithm of the linear-light ratio frame : reference */
} em_cell;

typedef struct em_registration {
  double homography[9]; /* reference to frame; the prior when found is 0 */
  int32_t found;        /* 1 when enough places agree on one homography */
  int32_t places;       /* places of the reference that were looked for */
  int32_t matched;      /* of these, found well enough */
  int32_t agreeing;     /* of these, agreeing with the homography */
  double residual;      /* median distance of the agreeing ones, px */
  double spread;        /* share of the picture's area that the agreeing ones span, [0, 1] */
} em_registration;

/* EM_NEAR looks within 20 px of the prior; EM_WIDE looks everywhere, also turned and zoomed, and costs about ten times as much. */
enum { EM_NEAR = 0, EM_WIDE = 1 };

/* width and height are even, at least 160 x 90, at most 1920 x 1080. */
EM_API em_status em_view_create(int32_t width, int32_t height, em_view **view);
EM_API void em_view_free(em_view *view);
EM_API em_status em_view_set_reference(em_view *view, const uint8_t *i420);
/* Takes out of every comparison what lies inside these rectangles (x, y, width, height; px): an on-screen clock. */
EM_API em_status em_view_set_mask(em_view *view, const int32_t *rectangles, int32_t count);
/* Outlines one after the other in uv, corners[i] points each. After the reference. At most 256. */
EM_API em_status em_view_set_stations(em_view *view, const double *uv, const int32_t *corners, int32_t count);
EM_API em_status em_view_register(em_view *view, const uint8_t *i420, const double *prior, int32_t mode, em_registration *registration);
/* blocks holds EM_GRID_X * EM_GRID_Y, stations as many as were set, cells EM_CELLS_X * EM_CELLS_Y and patches EM_PATCH_X * EM_PATCH_Y bytes of luma for each of them: its bounding box, shrunk. */
EM_API em_status em_view_measure(em_view *view, const uint8_t *i420, const double *homography, em_frame *frame, em_block *blocks,
                                 em_station *stations, em_cell *cells, uint8_t *patches);

/* One 16-bit hash and the mean of each 8 x 8 block of a luma plane, row by row, rests at the right and lower edge left out: width / 8 * (height / 8)
 * of them. Hash 0 stands for a block without texture. */
EM_API em_status em_block_hashes(const uint8_t *luma, int32_t width, int32_t height, int32_t stride, uint16_t *hashes, uint8_t *means, int32_t capacity);

#ifdef __cplusplus
}
#endif
#endif

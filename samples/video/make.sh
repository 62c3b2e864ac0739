#!/usr/bin/env bash
# Makes the clips of this folder from the rendered room's source clips and needs nothing but ffmpeg (>= 5.1, with libx264 and libx265).
#
#   samples/video/make.sh SOURCE [OUT]
#
# SOURCE holds the rendered source: C1_normal.mp4, C1_covered.mp4 … (960x540, 2 frames/s). OUT is this folder unless it is given.
# What each clip shows, and why its length is a multiple of 8 s: see README.md beside this script.
set -euo pipefail
[ $# -ge 1 ] && [ -d "$1" ] || { sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 2; }
src=$(cd "$1" && pwd)
out=${2:-$(cd "$(dirname "$0")" && pwd)}
mkdir -p "$out"

# A quiet 1 kHz tone, and a click of 5 ms (3 kHz) that starts on each whole second of media time.
sound='aevalsrc=0.02*sin(2*PI*1000*t)+0.7*lt(mod(t\,1)\,0.005)*sin(2*PI*3000*t):s=48000:c=mono'
aac=(-c:a aac -b:a 48k -ac 1 -ar 48000)
h264=(-c:v libx264 -profile:v main -preset slow -tune zerolatency -bf 0 -pix_fmt yuv420p)
facts=(-map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact -movflags +faststart)
log=(-hide_banner -v error -y)

# clip NAME SECONDS SOURCE SPANS [CRF]: the spans of a source clip one after the other, 12.5 frames/s, a key frame each second (at 2 s of 25 frames: on
# frames 0, 13, 25, 38 …, the first at or after each whole second).
clip() {
  ffmpeg "${log[@]}" -i "$src/$3" -f lavfi -i "$sound" -map 0:v -map 1:a \
    -vf "select='$4',setpts=N/2/TB,fps=25/2" -t "$2" "${h264[@]}" -crf "${5:-26}" -g 13 \
    -force_key_frames 'expr:gte(t,n_forced)' "${aac[@]}" "${facts[@]}" "$out/$1.mp4"
}
# span FROM TO: frames of [FROM, TO) seconds.
span() { echo "gte(t,$1)*lt(t,$2)"; }

normal="$(span 0 20)+$(span 28 38)+$(span 45 55)"   # seated, nobody walks past
for camera in C1 C2 C3; do clip "${camera}_normal" 40 "${camera}_normal.mp4" "$normal"; done
clip C1_walker     24 C1_normal.mp4     "$(span 16 40)"
clip C1_covered    24 C1_covered.mp4    "$(span 30 54)"
clip C1_cabinet    24 C1_cabinet.mp4    "$(span 30 54)"
clip C1_moved_6    24 C1_moved_6.mp4    "$(span 30 54)"
clip C1_lights_off 16 C1_lights_off.mp4 "$(span 30 46)" 37   # nearly all of it is sensor noise
clip C1_defocus_5  24 C1_defocus_5.mp4  "$(span 30 54)"
clip C1_bank0      16 C1_bank0.mp4      "$(span 30 46)" 28

# Frozen: one picture, coded with one constant quantiser, so that every key frame decodes to the same bytes.
ffmpeg "${log[@]}" -i "$src/C1_frozen.mp4" -f lavfi -i "$sound" -map 0:v -map 1:a \
  -vf "select='$(span 40 40.5)',loop=-1:1,setpts=N*2/25/TB,fps=25/2" -t 16 "${h264[@]}" -qp 26 -g 13 \
  -force_key_frames 'expr:gte(t,n_forced)' "${aac[@]}" "${facts[@]}" "$out/C1_frozen.mp4"

# H.265, the same picture as C1_normal's first 16 s.
ffmpeg "${log[@]}" -i "$src/C1_normal.mp4" -f lavfi -i "$sound" -map 0:v -map 1:a \
  -vf "select='$(span 0 16)',setpts=N/2/TB,fps=25/2" -t 16 -c:v libx265 -preset medium -tag:v hvc1 -pix_fmt yuv420p -crf 26 -g 13 \
  -x265-params 'bframes=0:scenecut=0:log-level=error:info=0' -force_key_frames 'expr:gte(t,n_forced)' \
  "${aac[@]}" "${facts[@]}" "$out/C1_normal_h265.mp4"

# Sound against picture: the frame that starts on a whole second is white, all others dark; the click starts on the same instant.
ffmpeg "${log[@]}" -f lavfi -i 'color=c=0x202020:s=320x180:r=25' -f lavfi -i "$sound" -map 0:v -map 1:a \
  -vf "drawbox=color=white:t=fill:enable='eq(mod(n,25),0)'" -t 16 "${h264[@]}" -crf 20 -g 25 -keyint_min 25 -sc_threshold 0 \
  "${aac[@]}" "${facts[@]}" "$out/av-sync.mp4"

ls -l "$out"/*.mp4

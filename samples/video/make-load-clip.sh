#!/usr/bin/env bash
# Makes a clip for load tests: 16 s of 1080p at 25 frames/s and about 4 Mbit/s, a key frame each second, H.264 main + AAC mono. It is not kept
# in the repository (8 MB); ffmpeg makes it in a few seconds.
#
#   samples/video/make-load-clip.sh OUT.mp4 [SECONDS] [MBIT]
#
# SECONDS is 16 unless given; a multiple of 8 loops without a seam. MBIT is 4 unless given.
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 2; }
seconds=${2:-16} mbit=${3:-4}
ffmpeg -hide_banner -v error -y -f lavfi -i "testsrc2=s=1920x1080:r=25,noise=alls=12:allf=t,format=yuv420p" \
  -f lavfi -i 'aevalsrc=0.02*sin(2*PI*1000*t)+0.7*lt(mod(t\,1)\,0.005)*sin(2*PI*3000*t):s=48000:c=mono' -t "$seconds" \
  -c:v libx264 -profile:v main -preset veryfast -tune zerolatency -bf 0 -g 25 -keyint_min 25 -sc_threshold 0 \
  -b:v "${mbit}M" -maxrate "${mbit}M" -bufsize "${mbit}M" -c:a aac -b:a 48k -ac 1 -ar 48000 \
  -map_metadata -1 -fflags +bitexact -movflags +faststart "$1"

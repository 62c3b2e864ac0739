installed
cp -r "$EXAM_MONITOR_SOURCE"/samples/rooms/room7/. .

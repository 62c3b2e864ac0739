# In a clean root: installs the package, follows docs/installing.md, removes the package. The cameras and systemd are stood in for by what lies outside of it.
set -euo pipefail
cd "$FOLDER"
source "$MACHINE/lib.sh"
export DOTNET_ROOT=/nowhere                       # the package brings its own runtime
for n in 1 2 3; do command -v dotnet >/dev/null && { echo "this root is not clean" >&2; exit 1; }; done
install -m 755 "$MACHINE/systemctl" /usr/bin/systemctl
dpkg -i exam-monitor.deb >install.out 2>&1 || { cat install.out >&2; exit 1; }
cat install.out
mkdir -p here; cd here; cp -r "$EXAM_MONITOR_SOURCE/samples/rooms/room7" room7
while read -r kind name argument; do
  case $kind in
    file) mkdir -p "$(dirname "$argument")"; cp "$FOLDER/$name" "$argument" ;;
    run) code=0; timeout -k 5 45 bash -euo pipefail "$FOLDER/$name" >"$FOLDER/$name.out" 2>&1 </dev/null || code=$?
      [ "$code" = "$argument" ] || { echo "$name" "$code" >"$FOLDER/failed"; tail -n 15 /var/log/unit-* >>"$FOLDER/$name.out" 2>&1; exit 0; } ;;
  esac
done <"$FOLDER/steps"
[ ! -e /usr/bin/exam-monitor-agent ] && [ ! -d /usr/lib/exam-monitor ] || { echo "the removal left programs" >&2; exit 1; }
! pgrep -u exam-monitor >/dev/null || { echo "the agent still runs" >&2; exit 1; }
dpkg --purge exam-monitor
ls /srv/footage/volume.json
find /srv/footage/2* -name '*.mp4*' | grep -q . || { echo "no footage was recorded" >&2; exit 1; }
echo done >"$FOLDER/done"

# Runs the steps of a document, in order, in one prepared folder. FOLDER (from the environment) holds prepare.sh and steps; results are written beside them.
set -euo pipefail
cd "$FOLDER"
export EXAM_MONITOR_SOURCE EXAM_MONITOR_BIN
source "$MACHINE/lib.sh"
mkdir -p here; cd here
for entry in README.md agent build contracts dashboard deploy docs samples tests Directory.Build.props Directory.Packages.props; do ln -s "$EXAM_MONITOR_SOURCE/$entry" "$entry"; done
(source "$FOLDER/prepare.sh") >"$FOLDER/prepare.out" 2>&1 || { echo prepare $? >"$FOLDER/failed"; exit 0; }
there() { case $1 in http*) curl -ksf -o /dev/null "$1" ;; *) [ -s "$1" ] ;; esac; }
while read -r kind name argument; do
  case $kind in
    file) mkdir -p "$(dirname "$argument")"; cp "$FOLDER/$name" "$argument" ;;
    run)
      code=0; timeout -k 5 90 bash -euo pipefail "$FOLDER/$name" >"$FOLDER/$name.out" 2>&1 </dev/null || code=$?
      [ "$code" = "$argument" ] || { tail -n 15 /var/log/unit-*.log >>"$FOLDER/$name.out" 2>&1; echo "$name" "$code" >"$FOLDER/failed"; exit 0; } ;;
    background)
      bash -euo pipefail "$FOLDER/$name" >"$FOLDER/$name.out" 2>&1 </dev/null & pid=$!
      for _ in $(seq 300); do there "$argument" && break; kill -0 $pid 2>/dev/null || break; sleep 0.1; done
      there "$argument" || { echo "$name" "never came to $argument" >"$FOLDER/failed"; exit 0; } ;;
  esac
done <"$FOLDER/steps"
echo done >"$FOLDER/done"

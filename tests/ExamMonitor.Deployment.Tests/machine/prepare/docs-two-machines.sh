site </dev/null
systemctl stop exam-monitor-agent

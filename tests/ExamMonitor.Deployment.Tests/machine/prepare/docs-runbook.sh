site </dev/null
# The configuration of docs/installing.md has each camera on a line.
python3 - <<'P'
import re
p = '/etc/exam-monitor/agent.yaml'
s = open(p).read()
s = re.sub(r'- id: (C\d)\n\s+address: (\S+)\n\s+user: (\S+)\n\s+passwordFile: (\S+)', r'- { id: \1, address: "\2", user: \3, passwordFile: \4 }', s)
open(p, 'w').write(s)
P
systemctl start exam-monitor-dashboard
recorded
within 40 test -s /var/lib/exam-monitor-dashboard/first-password.txt

site </dev/null
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout /etc/exam-monitor/dashboard.key -out /etc/exam-monitor/dashboard.pem -subj /CN=localhost 2>/dev/null

namespace ExamMonitor.Hosting.Configuration;

/// <summary>A configuration that a technician fills in.</summary>
internal static class ConfigurationExample
{
    /// <summary>YAML with comments.</summary>
    public const string Text = """
        # yaml-language-server: $schema=agent.schema.json
        site: my-site                        # first level of every MQTT topic
        agent: agent-1
        timeZone: Asia/Shanghai
        folder: /var/lib/exam-monitor        # the agent's own state

        footage:
          volume: /srv/footage               # best a disk of its own
          createVolume: true                 # set false after the first start

        rooms:
          - map: rooms/r1.json               # exam-monitor/station-map/1; relative paths start at this file
            record: always                   # or: sessions (only during exams, with margins)
            cameras:
              - id: C1                       # as in the map
                address: rtsp://192.168.1.11/Streaming/Channels/101
                user: viewer
                passwordFile: secrets/c1     # first line = password; chmod 600
              - id: C2
                address: rtsp://192.168.1.12/Streaming/Channels/101
                analysisAddress: rtsp://192.168.1.12/Streaming/Channels/102
                user: viewer
                passwordEnvironment: CAMERA_PASSWORD
                transport: tcp               # or udp

        broker:
          mode: child                        # the agent's own broker on loopback; or 'address' with:
          port: 1883
          # address: mqtts://broker.example:8883
          # user: agent-1
          # passwordFile: secrets/broker

        api:
          listen: 127.0.0.1:8430             # beyond loopback a certificate is required
          # certificate: tls/agent.pem
          # certificateKey: tls/agent.key

        schedule:
          marginBeforeMinutes: 30            # footage that belongs to a session before its start …
          marginAfterMinutes: 30             # … and after its end
          # file: schedule.csv               # imported at every start; or: exam-monitor-agent schedule import FILE
        ledger:
          scrubDays: 30                      # every segment is read again within so many days
          # anchor:                          # time stamps of an RFC 3161 authority
          #   address: http://tsa.example/tsa
          #   caFile: tls/tsa-ca.pem

        retention:
          profiles: []                       # law profiles in force; none means that exam footage is kept five years
          idleDays: 30                       # footage outside of sessions
          twoPersonApproval: false           # two persons before exam footage goes

        plates:
          daily: true                        # number plates are read once a day, and a wrong one is told
          at: "07:30"                        # by the site's clock; best when the lights are on
          paper: A4                          # what they were printed on: A4 or A3

        tier:
          kind: none                         # or folder: another disk, or s3: a bucket with Object Lock
          # path: /mnt/archive-tier
          # create: true                     # set false after the first start
          # endpoint: https://s3.example:9000
          # bucket: exam-footage
          # accessKey: exam-monitor
          # secretKeyFile: secrets/s3
          # megabitsPerSecond: 200
          # keepLocalDays: 90                # left out: footage stays on both

        """;
}

#!/usr/bin/python3
"""An RTSP server that is not ours, for tests. Reads its mounts from standard input, one JSON object a line, until an empty line:
    {"path": "/cam", "launch": "( ... rtph264pay name=pay0 pt=96 )", "shared": false}
Prints "port N" once it listens on the loopback, and ends when standard input closes, so that no server outlives its test.
Options: [USER PASSWORD] asks for digest authentication. Debian: gir1.2-gst-rtsp-server-1.0 python3-gi gstreamer1.0-plugins-{base,good,bad}."""
import json
import sys
import threading

import gi
gi.require_version('Gst', '1.0')
gi.require_version('GstRtsp', '1.0')
gi.require_version('GstRtspServer', '1.0')
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer

Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_address('127.0.0.1')
server.set_service('0')
credentials = sys.argv[1:3]
if credentials:
    auth = GstRtspServer.RTSPAuth()
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    token = GstRtspServer.RTSPToken()
    token.set_string('media.factory.role', 'viewer')
    auth.add_digest(credentials[0], credentials[1], token)
    server.set_auth(auth)
for line in iter(sys.stdin.readline, '\n'):
    mount = json.loads(line)
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(mount['launch'])
    factory.set_shared(mount.get('shared', False))
    if credentials:
        permissions = GstRtspServer.RTSPPermissions()
        permissions.add_permission_for_role('viewer', 'media.factory.access', True)
        permissions.add_permission_for_role('viewer', 'media.factory.construct', True)
        factory.set_permissions(permissions)
    server.get_mount_points().add_factory(mount['path'], factory)
server.attach(None)
print('port', server.get_bound_port(), flush=True)
loop = GLib.MainLoop()
threading.Thread(target=lambda: (sys.stdin.read(), loop.quit()), daemon=True).start()
loop.run()

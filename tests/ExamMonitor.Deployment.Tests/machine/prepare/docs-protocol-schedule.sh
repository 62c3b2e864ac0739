installed
printf 'site: t\nagent: a\nfolder: state\nfootage: { volume: footage }\nrooms:\n  - map: samples/rooms/room7/room.json\n    cameras: [ { id: C1, address: "rtsp://192.168.1.11/C1/main" } ]\n' >agent.yaml

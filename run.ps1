# The demo on Windows. Not run by a test; the programs that it starts are, under Wine.
# Needs the .NET 10 SDK and ffmpeg, and installs them with winget where they are missing. Builds, starts three simulated cameras, the agent and the dashboard. Ctrl-C ends everything.
$ErrorActionPreference = 'Stop'
Set-Location $PSScriptRoot

function Require-Program([string] $command, [string] $package) {
    if (Get-Command $command -ErrorAction SilentlyContinue) { return }
    Write-Host "Installing $package"
    winget install --id $package --silent --accept-source-agreements --accept-package-agreements | Out-Null
    $env:Path = [Environment]::GetEnvironmentVariable('Path', 'Machine') + ';' + [Environment]::GetEnvironmentVariable('Path', 'User')
}
Require-Program ffmpeg Gyan.FFmpeg
Require-Program dotnet Microsoft.DotNet.SDK.10

foreach ($project in 'samples/ExamMonitor.CameraSimulator', 'agent/ExamMonitor.Agent', 'dashboard/ExamMonitor.Dashboard') {
    dotnet build $project -c Release -v quiet --nologo
    if ($LASTEXITCODE) { throw "Building $project failed." }
}

$bin = Join-Path $PSScriptRoot 'artifacts\bin'
$demo = Join-Path $PSScriptRoot 'demo'
if (Test-Path $demo) { Remove-Item $demo -Recurse -Force }
New-Item -ItemType Directory "$demo\log" | Out-Null
$password = -join ((1..24) | ForEach-Object { '{0:x}' -f [Security.Cryptography.RandomNumberGenerator]::GetInt32(16) })
Set-Content "$demo\camera.password" $password
$rtsp = 8654; $control = 8674; $dashboard = 8080
@{ controlPort = $control; clipFolder = '../samples/video'; cameras = @('C1', 'C2', 'C3' | ForEach-Object {
    @{ id = $_; port = $rtsp; clips = @("$($_)_normal.mp4"); order = 'shuffle'; userName = 'viewer'; password = $password } }) } |
    ConvertTo-Json -Depth 5 | Set-Content "$demo\cameras.json"
$cameras = 'C1', 'C2', 'C3' | ForEach-Object { "      - id: $_`n        address: rtsp://127.0.0.1:$rtsp/$_/main`n        user: viewer`n        passwordFile: camera.password" }
@"
site: demo
agent: demo-1
timeZone: Asia/Shanghai
folder: state
footage:
  volume: footage
  createVolume: true
rooms:
  - map: ../samples/rooms/room7/room.json
    cameras:
$($cameras -join "`n")
broker:
  port: 0
api:
  listen: 127.0.0.1:0
watch:
  findReplays: false
"@ | Set-Content "$demo\agent.yaml"

$processes = @()
function Start-Part([string] $name, [string] $exe, [string[]] $arguments) {
    $script:processes += Start-Process $exe -ArgumentList $arguments -PassThru -NoNewWindow -RedirectStandardOutput "$demo\log\$name.log" -RedirectStandardError "$demo\log\$name.err.log"
}
try {
    Start-Part cameras "$bin\ExamMonitor.CameraSimulator\release\exam-monitor-camera-simulator.exe" @('--config', "$demo\cameras.json")
    Start-Part agent "$bin\ExamMonitor.Agent\release\exam-monitor-agent.exe" @('run', '--config', "$demo\agent.yaml")
    while (-not (Test-Path "$demo\state\dashboard-link.json")) { Start-Sleep -Milliseconds 200 }
    Start-Part dashboard "$bin\ExamMonitor.Dashboard\release\exam-monitor-dashboard.exe" @('--link', "$demo\state\dashboard-link.json", '--data', "$demo\dashboard", '--urls', "http://127.0.0.1:$dashboard")
    while (-not (Test-Path "$demo\dashboard\first-password.txt")) { Start-Sleep -Milliseconds 200 }
    Write-Host "`n  Dashboard   http://127.0.0.1:$dashboard"
    Get-Content "$demo\dashboard\first-password.txt" | ForEach-Object { Write-Host "  $_" }
    Write-Host "`n  Ctrl-C ends everything."
    Wait-Process -Id ($processes | ForEach-Object Id)
}
finally {
    $processes | Where-Object { -not $_.HasExited } | Stop-Process -Force
}

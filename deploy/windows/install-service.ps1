# Installs the agent as a Windows service. Not run by a test.
#   .\install-service.ps1 -Folder "C:\Program Files\Exam Monitor\agent" -Config "C:\ProgramData\Exam Monitor\agent.yaml"
param(
    [Parameter(Mandatory)] [string] $Folder,
    [Parameter(Mandatory)] [string] $Config
)
$ErrorActionPreference = 'Stop'
$name = 'ExamMonitorAgent'
$exe = Join-Path $Folder 'exam-monitor-agent.exe'
if (-not (Test-Path $exe)) { throw "There is no $exe. Give the folder that holds the agent with -Folder." }
if (-not (Test-Path $Config)) { throw "There is no $Config. Give the configuration file with -Config." }
if (Get-Service $name -ErrorAction SilentlyContinue) { Stop-Service $name; sc.exe delete $name | Out-Null }
# A virtual account of its own: no password to keep, no right beside what is granted here.
New-Service -Name $name -DisplayName 'Exam Monitor agent' -StartupType Automatic `
    -BinaryPathName "`"$exe`" run --config `"$Config`"" -Credential ([pscredential]::new("NT SERVICE\$name", [securestring]::new())) | Out-Null
sc.exe failure $name reset= 86400 actions= restart/2000/restart/2000/restart/10000 | Out-Null
$data = Split-Path $Config
icacls $data /inheritance:r /grant:r 'BUILTIN\Administrators:(OI)(CI)F' "NT SERVICE\${name}:(OI)(CI)M" | Out-Null
Start-Service $name
Write-Host "The service $name runs. Its log is in the Windows event log, its data in $data."

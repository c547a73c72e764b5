# The service runs and stays so, in the same process, for $env:STABLE_SECONDS. Meanwhile $env:FIRST_URL is asked: its first
# good answer ends the downtime.
# include: http-status.ps1
$answered = $false
function Note-Answer {
    if (-not $env:FIRST_URL -or $script:answered) { return }
    if ((Get-HttpStatus $env:FIRST_URL 1) -ne $env:FIRST_STATUS) { return }
    Fact 'answered_at' (Get-UnixTime)
    $script:answered = $true
}
function Get-Unit { return Get-CimInstance Win32_Service -Filter "Name='$env:UNIT'" }
function Give-Up($Unit) {
    Fact 'unit_state' $Unit.State
    Fact 'unit_result' $Unit.ExitCode
    Fail 'unit-down'
}
$unit = Get-Unit
if (-not $unit) { Fail 'unit-down' }
$began = $unit.ProcessId
$steady = [System.Diagnostics.Stopwatch]::StartNew()
$waited = [System.Diagnostics.Stopwatch]::StartNew()
while ($steady.Elapsed.TotalSeconds -lt [int] $env:STABLE_SECONDS) {
    if ($unit.State -eq 'Start Pending' -and $waited.Elapsed.TotalSeconds -lt 120) {
        $steady.Restart()
        $began = $unit.ProcessId
    } elseif ($unit.State -ne 'Running' -or $unit.ProcessId -ne $began) { Give-Up $unit }
    Note-Answer
    Start-Sleep -Milliseconds 500
    $unit = Get-Unit
}
if ($unit.State -ne 'Running' -or $unit.ProcessId -ne $began) { Give-Up $unit }
# Who serves has to have been started by this run: an older process is the old code, however well it does.
$process = Get-CimInstance Win32_Process -Filter "ProcessId=$began"
if ($env:STARTED_AT -and $process -and $process.CreationDate) {
    $born = ([DateTimeOffset] $process.CreationDate).ToUnixTimeSeconds()
    if ($born -lt [long] $env:STARTED_AT) {
        Fact 'unit' $env:UNIT
        Fact 'process_age' ((Get-UnixTime) - $born)
        Fact 'proof' 'process'
        Fail 'old-code'
    }
}
Say-Line "$env:UNIT has been running for $([int] $steady.Elapsed.TotalSeconds) s, process $began"

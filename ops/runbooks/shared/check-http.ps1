# The URL answers $env:WANTED_STATUS within $env:WITHIN_SECONDS; asked every second, because a service may need to warm up.
# include: http-status.ps1
$waited = [System.Diagnostics.Stopwatch]::StartNew()
$said = 0
while ($true) {
    $status = Get-HttpStatus $env:URL 5
    $seconds = [int] $waited.Elapsed.TotalSeconds
    if ($status -eq $env:WANTED_STATUS) {
        Fact 'answered_at' (Get-UnixTime)
        Say-Line "${env:URL}: $status after $seconds s"
        exit 0
    }
    if ($seconds -ge [int] $env:WITHIN_SECONDS) { break }
    # Nothing will answer any more once the service has given up.
    foreach ($unit in (Get-Words $env:SERVICES)) {
        if ((Get-Service -Name $unit).Status -eq 'Stopped') {
            Fact 'unit' $unit
            Fail 'unit-down'
        }
    }
    if ($seconds -ge $said) {
        Say-Line "${env:URL}: $status, waiting for $env:WANTED_STATUS"
        $said = $seconds + 10
    }
    Start-Sleep -Seconds 1
}
Fact 'http_status' $status
Fact 'http_wanted' $env:WANTED_STATUS
Fail 'http-status'

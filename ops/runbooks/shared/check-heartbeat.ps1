# The file was touched within the last $env:MAX_AGE_SECONDS; a fresh service is given that long to do it.
$waited = [System.Diagnostics.Stopwatch]::StartNew()
$started = [DateTimeOffset]::FromUnixTimeSeconds([long] "0$env:STARTED_AT").UtcDateTime
while ($true) {
    $touched = [System.IO.File]::GetLastWriteTimeUtc($env:HEARTBEAT) # 1601 where there is none
    $age = [long] ([DateTime]::UtcNow - $touched).TotalSeconds
    if ($age -le [long] $env:MAX_AGE_SECONDS -and $touched -ge $started) { break }
    if ($waited.Elapsed.TotalSeconds -ge [long] $env:MAX_AGE_SECONDS) {
        Fact 'heartbeat_age' $age
        Fail 'heartbeat-old'
    }
    Start-Sleep -Seconds 1
}
Say-Line "$env:HEARTBEAT was touched $age s ago"

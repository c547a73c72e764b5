# No error in the log since the service was started; start.ps1 noted how long the log was then.
# include: read-log.ps1
$pattern = '(^|[^A-Za-z])(ERROR|CRITICAL|FATAL)([^A-Za-z]|$)|^Traceback \(most recent call last\)'
if ($env:LOG_FILE) {
    if (-not (Test-Path -LiteralPath $env:LOG_FILE -PathType Leaf)) { Refuse 'log-unreadable' }
    $offset = 0
    $note = Join-Path $env:LOCALAPPDATA "lotsman\log-offsets\$env:PROJECT-$env:LOG_NAME"
    if (Test-Path -LiteralPath $note) { $offset = [long] [System.IO.File]::ReadAllText($note) }
    if ((Get-Item -LiteralPath $env:LOG_FILE).Length -lt $offset) { $offset = 0 } # rotated meanwhile
    $lines = Read-Log $env:LOG_FILE $offset
} else {
    $since = [DateTimeOffset]::FromUnixTimeSeconds([long] "0$env:STARTED_AT").LocalDateTime
    $lines = Read-Events $env:LOG_UNIT 2000 $since
}
$ignored = @("$env:IGNORE".Split([char] 0x1F) | Where-Object { $_ })
function Is-Ignored([string] $Line) {
    foreach ($text in $ignored) { if ($Line.IndexOf($text, [StringComparison]::OrdinalIgnoreCase) -ge 0) { return $true } }
    return $false
}
$found = @($lines | Where-Object { $_ -cmatch $pattern -and -not (Is-Ignored $_) } | Select-Object -Last 5)
if ($found.Length -eq 0) {
    Say-Line "no errors in $env:LOG_NAME since the start"
    exit 0
}
foreach ($line in $found) { Say-Line $line.Substring(0, [Math]::Min(500, $line.Length)) }
Fail 'log-errors'

# The last $env:LINES lines of a log, those that contain $env:FILTER when there is one. Changes nothing.
# include: read-log.ps1
if ($env:LOG_FILE) {
    if (-not (Test-Path -LiteralPath $env:LOG_FILE -PathType Leaf)) { Refuse 'log-unreadable' }
    $lines = Read-Log $env:LOG_FILE 0
} else {
    $lines = Read-Events $env:LOG_UNIT 2000 ([DateTime]::MinValue.AddYears(1999))
}
if ($lines.Length -gt 0 -and $lines[-1] -eq '') { $lines = @($lines | Select-Object -SkipLast 1) }
if ($env:FILTER) {
    $wanted = $env:FILTER
    $lines = @($lines | Where-Object { $_.IndexOf($wanted, [StringComparison]::OrdinalIgnoreCase) -ge 0 })
}
foreach ($line in @($lines | Select-Object -Last ([int] $env:LINES))) { Say-Line $line }

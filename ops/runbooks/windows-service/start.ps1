# Starts the services in order; check-log.ps1 asks only for what is written from here on.
$notes = Join-Path $env:LOCALAPPDATA 'lotsman\log-offsets'
[void] [System.IO.Directory]::CreateDirectory($notes)
foreach ($entry in (Get-Words $env:LOG_FILES ',')) {
    $name, $file = $entry.Split([char[]] '=', 2)
    $size = 0
    if (Test-Path -LiteralPath $file -PathType Leaf) { $size = (Get-Item -LiteralPath $file).Length }
    [System.IO.File]::WriteAllText((Join-Path $notes "$env:PROJECT-$name"), "$size")
}
Fact 'started_at' (Get-UnixTime)
foreach ($unit in (Get-Words $env:SERVICES)) {
    try {
        # Who runs by now was started by a reboot or a person, from whatever code was there then.
        $service = Get-Service -Name $unit
        if ($service.Status -ne 'Stopped') {
            Stop-Service -Name $unit -Force -NoWait
            $service.WaitForStatus('Stopped', [TimeSpan]::FromSeconds([int] $env:STOP_SECONDS))
        }
        Start-Service -Name $unit
    } catch {
        Say-Line "$_"
        Fact 'unit' $unit
        Fail 'start-failed'
    }
    Say-Line "started $unit"
}
Fact 'up_at' (Get-UnixTime)

# Stops the services, the last one first, and waits until their processes have gone: an open file cannot be replaced.
Fact 'stopped_at' (Get-UnixTime)
$units = Get-Words $env:SERVICES
[Array]::Reverse($units)
foreach ($unit in $units) {
    try {
        $service = Get-Service -Name $unit
        if ($service.Status -ne 'Stopped') {
            Stop-Service -Name $unit -Force -NoWait
            $service.WaitForStatus('Stopped', [TimeSpan]::FromSeconds([int] $env:STOP_SECONDS))
        }
    } catch {
        Say-Line "$_"
        Fact 'unit' $unit
        Fail 'stop-failed'
    }
    Say-Line "stopped $unit"
}

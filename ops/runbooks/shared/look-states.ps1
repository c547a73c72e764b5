# The services, the addresses and the room, as /status shows them. http-status.ps1 comes first.
# What Windows calls the states, and what everybody else does.
$states = @{ Running = 'active'; Stopped = 'inactive'; StartPending = 'activating'; StopPending = 'deactivating' }
foreach ($unit in (Get-Words $env:SERVICES)) {
    $service = Get-Service -Name $unit -ErrorAction SilentlyContinue
    $state = 'missing'
    if ($service) { $state = $states["$($service.Status)"] }
    $since = 0
    $found = Get-CimInstance Win32_Service -Filter "Name='$unit'"
    if ($found -and $found.ProcessId) {
        $process = Get-Process -Id $found.ProcessId -ErrorAction SilentlyContinue
        # Of another user's process the start is hidden from one who is no administrator.
        try { $since = ([DateTimeOffset] $process.StartTime).ToUnixTimeSeconds() } catch { $since = 0 }
    }
    Item 'units' "$state $since $unit"
}
foreach ($url in (Get-Words $env:URLS)) { Item 'urls' "$(Get-HttpStatus $url 3) $url" }
$drive = New-Object System.IO.DriveInfo ([System.IO.Path]::GetPathRoot($env:PROJECT_PATH))
Fact 'free_mb' ([long] ($drive.AvailableFreeSpace / 1MB))

# Are the services there, and may we stop and start them? Windows is asked for a handle with just these rights.
foreach ($unit in (Get-Words $env:SERVICES)) {
    Fact 'unit' $unit
    $service = Get-Service -Name $unit -ErrorAction SilentlyContinue
    if (-not $service) { Refuse 'service-missing' }
    # What sc prints of the rights is the same in every language: RP is to start, WP to stop.
    $rights = [string] ((Get-Lines { & "$env:SystemRoot\System32\sc.exe" sdshow $unit }) -join '')
    $whoami = [Security.Principal.WindowsIdentity]::GetCurrent()
    $mine = @($whoami.User.Value) + @($whoami.Groups | ForEach-Object { $_.Value })
    $aliases = @{ 'S-1-5-32-544' = 'BA'; 'S-1-5-11' = 'AU'; 'S-1-5-18' = 'SY'; 'S-1-5-4' = 'IU'; 'S-1-1-0' = 'WD'; 'S-1-5-32-545' = 'BU' }
    $allowed = $false
    foreach ($match in [regex]::Matches($rights, '\(A;[A-Z]*;([A-Z]+);;;([^)]+)\)')) {
        $to = $match.Groups[2].Value
        $ours = @($mine | Where-Object { $_ -eq $to -or $aliases[$_] -eq $to }).Length -gt 0
        $verbs = $match.Groups[1].Value
        if ($ours -and $verbs -match '^(?:..)*RP' -and $verbs -match '^(?:..)*WP') { $allowed = $true }
    }
    if (-not $allowed) {
        Fact 'denied' "Stop-Service $unit"
        Refuse 'service-denied'
    }
    Say-Line "${unit}: $($service.Status)"
}

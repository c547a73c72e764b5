# Something listens at $env:TCP_HOST:$env:TCP_PORT; asked every second for $env:WITHIN_SECONDS.
function Test-Open {
    $client = New-Object System.Net.Sockets.TcpClient
    try { return $client.ConnectAsync($env:TCP_HOST, [int] $env:TCP_PORT).Wait(5000) }
    catch { return $false }
    finally { $client.Dispose() }
}
$waited = [System.Diagnostics.Stopwatch]::StartNew()
while (-not (Test-Open)) {
    if ($waited.Elapsed.TotalSeconds -ge [int] $env:WITHIN_SECONDS) {
        Fact 'tcp' "${env:TCP_HOST}:$env:TCP_PORT"
        Fail 'tcp-closed'
    }
    Start-Sleep -Seconds 1
}
Say-Line "${env:TCP_HOST}:$env:TCP_PORT answers"

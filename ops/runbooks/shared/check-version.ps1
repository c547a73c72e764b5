# What serves is the version that was put there: within $env:WITHIN_SECONDS the URL names its commit, by seven digits of
# it at least, or its tag. On the way back that is the version before, so it is the checkout that is asked.
if (-not (Test-Path -LiteralPath $env:PROJECT_PATH)) { Refuse 'path-missing' }
Set-Location -LiteralPath $env:PROJECT_PATH
$wanted = $env:LIVE_COMMIT
if (-not $wanted) {
    $wanted = Get-Line { git rev-parse --verify HEAD }
    if ($LASTEXITCODE -ne 0) { Refuse 'no-repository' }
}
$known = @(Get-Lines { git tag --points-at $wanted } | ForEach-Object { $_ })
$known += @($known | ForEach-Object { $_ -replace '^v', '' })
function Get-Body([string] $Url, [int] $Seconds) {
    [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor 3072 # TLS 1.2
    try {
        $request = [Net.WebRequest]::Create($Url)
        $request.Timeout = 1000 * $Seconds
        $answer = $request.GetResponse()
        try {
            $reader = New-Object System.IO.StreamReader ($answer.GetResponseStream()), $LotsmanUtf8
            $letters = New-Object char[] 65536
            $read = $reader.ReadBlock($letters, 0, $letters.Length)
            return (New-Object System.Text.StringBuilder).Append($letters, 0, $read).ToString()
        } finally { $answer.Close() }
    } catch { return '' }
}
function Test-Named([string] $Body) {
    foreach ($word in ($Body -split '[^0-9A-Za-z._+-]+')) {
        if ($word -and $known -ccontains $word) { return $true }
    }
    foreach ($word in ($Body.ToLowerInvariant() -split '[^0-9a-z]+')) {
        $digits = $word -replace '^g', '' # as git describe writes it
        if ($digits.Length -ge 7 -and $wanted.StartsWith($digits)) { return $true }
    }
    return $false
}
$waited = [System.Diagnostics.Stopwatch]::StartNew()
$short = $wanted.Substring(0, 8)
$said = 0
while ($true) {
    $body = Get-Body $env:URL 5
    $seconds = [int] $waited.Elapsed.TotalSeconds
    if (Test-Named $body) {
        Say-Line "${env:URL} names $short after $seconds s"
        exit 0
    }
    if ($seconds -ge [int] $env:WITHIN_SECONDS) { break }
    if ($seconds -ge $said) {
        Say-Line "${env:URL} does not name $short yet"
        $said = $seconds + 10
    }
    Start-Sleep -Seconds 1
}
$line = $body -replace '\s+', ' '
Fact 'version_said' ($line.Substring(0, [Math]::Min(160, $line.Length)))
Fact 'version_wanted' $short
Fact 'proof' 'answer'
if (-not $body) { Fail 'version-unsaid' }
Fail 'old-code'

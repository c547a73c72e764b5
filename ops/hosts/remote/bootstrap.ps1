$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$Utf8 = New-Object System.Text.UTF8Encoding $false
try { [Console]::OutputEncoding = $Utf8 } catch { }
$Requests = New-Object System.IO.StreamReader ([Console]::OpenStandardInput()), $Utf8
function Say([string] $Text) {
    $out = [Console]::OpenStandardOutput()
    $bytes = $Utf8.GetBytes("$Text`n")
    $out.Write($bytes, 0, $bytes.Length)
    $out.Flush()
}
$sha, $end = $Requests.ReadLine().Split(' ')
$base = $env:LOCALAPPDATA
if (-not $base) { $base = Join-Path $env:USERPROFILE 'AppData\Local' }
$dir = Join-Path $base 'lotsman'
$file = Join-Path $dir "runner-$sha.ps1"
function Test-Runner {
    if (-not (Test-Path -LiteralPath $file)) { return $false }
    $hash = [System.Security.Cryptography.SHA256]::Create()
    $found = $hash.ComputeHash($Utf8.GetBytes([System.IO.File]::ReadAllText($file, $Utf8)))
    return [BitConverter]::ToString($found).Replace('-', '') -eq $sha
}
if (-not (Test-Runner)) {
    Say 'need'
    $text = New-Object System.Text.StringBuilder
    while (($line = $Requests.ReadLine()) -ne $null -and $line -ne $end) { [void] $text.Append($line).Append("`n") }
    try {
        [void] [System.IO.Directory]::CreateDirectory($dir)
        [System.IO.File]::WriteAllText("$file.$PID", $text.ToString(), (New-Object System.Text.UTF8Encoding $true))
        Move-Item -LiteralPath "$file.$PID" -Destination $file -Force
    } catch { }
    if (-not (Test-Runner)) { Say 'broken'; exit 73 }
}
Say 'ready'
. $file serve $dir

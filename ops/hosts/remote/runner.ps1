# Lotsman's runner for Windows: keeps the steps of a run alive, whatever happens to the connection that started them.
# Windows PowerShell 5.1 or newer behind Windows' own OpenSSH server. It speaks as runner.sh does.
#
#   runner.ps1 serve DIR              reads requests on stdin, answers on stdout, in UTF-8 and with bare newlines
#   runner.ps1 hold DIR ID NONCE      holds one job; a scheduled task starts it, so that no session ends it
#
# DIR holds scripts\<sha256>.ps1, the texts that steps run (UTF-8 with a mark at their beginning, or Windows PowerShell
# would take them for its own code page), and for every job (one attempt at one step):
#   jobs\<id>.claim       "pid start-time boot-id fence" of the holder; a rename, so exactly one wins
#   jobs\<id>.env-NONCE   what the job is to do, and its values; gone as soon as the holder has read it
#   jobs\<id>.begun       when the step started
#   jobs\<id>.out         what the step printed, both streams
#   jobs\<id>.rc          spaces until the end, then "exit-status reason ."
#   jobs\<id>.cancel      somebody wants it to end
#   jobs\<id>.ack         what the step waits for has happened; the step knows the path as $env:LOTSMAN_ACK
# and for every lock (one per project) fences\<lock>, the number of the newest run that has come with it.
#
# Requests and answers: see runner.sh. Values are lines NAME=value up to an empty line; they become environment
# variables and are never read as PowerShell.
param([string] $Mode, [string] $Dir, [string] $Id, [string] $Nonce)
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$Utf8 = New-Object System.Text.UTF8Encoding $false
$Utf8Marked = New-Object System.Text.UTF8Encoding $true
$Runner = $PSCommandPath

# --- files that others read and write meanwhile ---------------------------------------------------------

function Read-Shared([string] $Path, [long] $Offset, [int] $Most) {
    $file = New-Object System.IO.FileStream $Path, 'Open', 'Read', 'ReadWrite, Delete'
    try {
        if ($Offset -ge $file.Length) { return , (New-Object byte[] 0) }
        [void] $file.Seek($Offset, 'Begin')
        $size = [Math]::Min([long] $Most, $file.Length - $Offset)
        $bytes = New-Object byte[] $size
        $read = 0
        while ($read -lt $size) {
            $more = $file.Read($bytes, $read, $size - $read)
            if ($more -eq 0) { break }
            $read += $more
        }
        if ($read -lt $size) { [Array]::Resize([ref] $bytes, $read) }
        return , $bytes
    } finally { $file.Dispose() }
}
function Read-Words([string] $Path) {
    return , @($Utf8.GetString((Read-Shared $Path 0 4096)).Trim().Split(' '))
}
function Write-New([string] $Path, [string] $Text) { [System.IO.File]::WriteAllText($Path, $Text, $Utf8) }
function Get-Sha([string] $Text) {
    $sha = [System.Security.Cryptography.SHA256]::Create()
    try { return [BitConverter]::ToString($sha.ComputeHash($Utf8.GetBytes($Text))).Replace('-', '').ToLowerInvariant() }
    finally { $sha.Dispose() }
}
# Renaming fails where the name is taken: of several that try, one wins, and its file is whole.
function Move-First([string] $From, [string] $To) {
    try { [System.IO.File]::Move($From, $To) } catch [System.IO.IOException] { return $false }
    return $true
}

# --- processes ------------------------------------------------------------------------------------------

# Windows counts its boots. Where it does not, the time of the last one stands for it.
function Get-Boot {
    $key = 'HKLM:\SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management\PrefetchParameters'
    $counted = Get-ItemProperty -Path $key -Name BootId -ErrorAction SilentlyContinue
    if ($counted) { return "b$($counted.BootId)" }
    return "t$((Get-CimInstance Win32_OperatingSystem).LastBootUpTime.ToFileTimeUtc())"
}
function Get-Start([int] $ProcessId) {
    $process = Get-Process -Id $ProcessId -ErrorAction SilentlyContinue
    if (-not $process) { return '' }
    try { return [string] $process.StartTime.ToFileTimeUtc() } catch { return '' }
}
# Is that very process still there? A recycled number has another start time.
function Test-Alive([string[]] $Claim) {
    if ($Claim.Length -lt 3 -or $Claim[2] -ne (Get-Boot)) { return $false }
    return (Get-Start ([int] $Claim[0])) -eq $Claim[1]
}
# Windows knows no TERM for a program without a window: the whole tree ends at once.
function Stop-Tree([int] $ProcessId) {
    $taskkill = Join-Path $env:SystemRoot 'System32\taskkill.exe'
    Start-Process -FilePath $taskkill -ArgumentList '/T', '/F', '/PID', "$ProcessId" -WindowStyle Hidden -Wait
}
# Both streams into one file, in the order in which they are written: only cmd can do that for a program.
function Start-Script([string] $Script, [string] $Out, [hashtable] $Values) {
    $info = New-Object System.Diagnostics.ProcessStartInfo
    $info.FileName = Join-Path $env:SystemRoot 'System32\cmd.exe'
    $shell = Join-Path $PSHOME 'powershell.exe'
    $info.Arguments = '/d /s /c ""' + $shell + '" -NoProfile -NonInteractive -ExecutionPolicy Bypass -File "' +
        $Script + '" <NUL >>"' + $Out + '" 2>&1"'
    $info.UseShellExecute = $false
    $info.CreateNoWindow = $true
    $info.WorkingDirectory = $env:USERPROFILE
    foreach ($name in $Values.Keys) { $info.EnvironmentVariables[$name] = $Values[$name] }
    $info.EnvironmentVariables['PYTHONUTF8'] = '1'
    $info.EnvironmentVariables['PYTHONIOENCODING'] = 'utf-8'
    return [System.Diagnostics.Process]::Start($info)
}
function ConvertTo-Values([string[]] $Lines) {
    $values = @{}
    foreach ($line in $Lines) {
        $at = $line.IndexOf('=')
        $values[$line.Substring(0, $at)] = $line.Substring($at + 1)
    }
    return $values
}

# --- how a job stands -----------------------------------------------------------------------------------

function Read-End([string] $Job) {
    if (-not (Test-Path -LiteralPath "$Job.rc")) { return $null }
    $words = Read-Words "$Job.rc"
    if ($words.Length -ge 3 -and $words[2] -eq '.') { return , $words }
    return $null
}
# Returns state, code, reason. The end is read first: whoever reads it may rely on a complete log.
function Get-State([string] $Job) {
    $end = Read-End $Job
    if ($end) { return , @('ended', $end[0], $end[1]) }
    if (-not (Test-Path -LiteralPath "$Job.claim")) { return , @('absent', '-', '-') }
    $claim = Read-Words "$Job.claim"
    if ($claim[0] -eq 'cancelled' -or $claim[0] -eq 'refused') { return , @($claim[0], '-', '-') }
    if (Test-Alive $claim) { return , @('running', '-', '-') }
    $end = Read-End $Job
    if ($end) { return , @('ended', $end[0], $end[1]) }
    if (Test-Path -LiteralPath "$Job.begun") { return , @('lost', '-', '-') }
    return , @('never-began', '-', '-')
}
# Is no newer run known of for this lock? One that was seen more than an hour ago does not count.
function Test-Newest([string] $Lock, [long] $Fence) {
    if ($Lock -eq '-') { return $true }
    $file = Join-Path $Dir "fences\$Lock"
    if (Test-Path -LiteralPath $file) {
        $seen = [long] (Read-Words $file)[0]
        if ($Fence -eq $seen) { return $true }
        $age = [DateTime]::UtcNow - [System.IO.File]::GetLastWriteTimeUtc($file)
        if ($Fence -lt $seen -and $age.TotalMinutes -lt 60) { return $false }
    }
    Write-New $file "$Fence"
    return $true
}

# --- the holder -----------------------------------------------------------------------------------------

function Invoke-Hold {
    $job = Join-Path $Dir "jobs\$Id"
    $told = @([System.IO.File]::ReadAllLines("$job.env-$Nonce", $Utf8))
    Remove-Item -LiteralPath "$job.env-$Nonce" -Force
    # SHA LOCK FENCE TIMEOUT SILENCE LIMIT MARK, then the values
    $order = $told[0].Split(' ')
    $values = ConvertTo-Values @($told | Select-Object -Skip 1)
    $me = "$PID $(Get-Start $PID) $(Get-Boot) $($order[2])"
    if (-not (Test-Newest $order[1] $order[2])) { $me = 'refused 0 0 0' }
    Write-New "$job.c$PID" $me
    $first = Move-First "$job.c$PID" "$job.claim"
    if (-not $first) { Remove-Item -LiteralPath "$job.c$PID" -Force }
    if ($first -and $me -ne 'refused 0 0 0') { Invoke-Claimed $job $order $values }
    Unregister-ScheduledTask -TaskPath '\Lotsman\' -TaskName "$Id-$Nonce" -Confirm:$false -ErrorAction SilentlyContinue
}
function Invoke-Claimed([string] $Job, [string[]] $Order, [hashtable] $Values) {
    # Room for the end is taken now: a step that fills the disk must still be able to end.
    Write-New "$Job.rc" (' ' * 4096)
    Write-New "$Job.out" ''
    Write-New "$Job.begun" "$([DateTime]::UtcNow.ToFileTimeUtc())"
    $Values['LOTSMAN_MARK'] = $Order[6]
    $Values['LOTSMAN_ACK'] = "$Job.ack"
    $step = Start-Script (Join-Path $Dir "scripts\$($Order[0]).ps1") "$Job.out" $Values
    $reason = Wait-Step $Job $step ([int] $Order[3]) ([int] $Order[4]) ([long] $Order[5])
    if ($reason -ne 'exit') {
        Stop-Tree $step.Id
        $step.WaitForExit()
    }
    $end = $Utf8.GetBytes("$($step.ExitCode) $reason .")
    $file = New-Object System.IO.FileStream "$Job.rc", 'Open', 'Write', 'Read'
    try { $file.Write($end, 0, $end.Length) } finally { $file.Dispose() }
}
# Returns why the step ended or has to: the limits hold with nobody connected, and by a clock that only goes forward.
function Wait-Step([string] $Job, $Step, [int] $Timeout, [int] $Silence, [long] $Limit) {
    $running = [System.Diagnostics.Stopwatch]::StartNew()
    $quiet = [System.Diagnostics.Stopwatch]::StartNew()
    $size = 0
    while (-not $Step.WaitForExit(250)) {
        $now = (Get-Item -LiteralPath "$Job.out").Length
        if ($now -ne $size) {
            $size = $now
            $quiet.Restart()
        }
        if (Test-Path -LiteralPath "$Job.cancel") { return 'cancelled' }
        if ($running.Elapsed.TotalSeconds -ge $Timeout) { return 'timed-out' }
        if ($quiet.Elapsed.TotalSeconds -ge $Silence) { return 'silent' }
        if ($size -gt $Limit) { return 'flooded' }
    }
    return 'exit'
}
if ($Mode -eq 'hold') {
    Invoke-Hold
    exit 0
}

# --- requests -------------------------------------------------------------------------------------------

function Send([string] $Text) {
    $bytes = $Utf8.GetBytes($Text)
    $Output.Write($bytes, 0, $bytes.Length)
    $Output.Flush()
}
function Send-State([string] $Job, [string[]] $State, [long] $Offset, [int] $Most, [string] $End) {
    $bytes = New-Object byte[] 0
    $size = 0
    if (Test-Path -LiteralPath "$Job.out") {
        $size = (Get-Item -LiteralPath "$Job.out").Length
        $bytes = Read-Shared "$Job.out" $Offset $Most
    }
    Send "$($State[0]) $($State[1]) $($State[2]) $size`n"
    if ($End) {
        $Output.Write($bytes, 0, $bytes.Length)
        Send "`n$End`n"
    }
}
function Read-Lines([string] $End) {
    $lines = New-Object System.Collections.Generic.List[string]
    while (($line = $Requests.ReadLine()) -ne $null -and $line -ne $End) { $lines.Add($line) }
    return , $lines.ToArray()
}
function Invoke-Store([string] $Sha, [string] $End) {
    $text = ((Read-Lines $End) -join "`n") + "`n"
    if ((Get-Sha $text) -ne $Sha) { Send "broken`n"; return }
    $file = Join-Path $Dir "scripts\$Sha.ps1"
    [System.IO.File]::WriteAllText("$file.$PID", $text, $Utf8Marked)
    if (-not (Move-First "$file.$PID" $file)) { Remove-Item -LiteralPath "$file.$PID" -Force }
    Send "stored`n"
}
# A session's programs end with it, but a task's do not: it runs as the same user, without a password and without a window.
function Start-Holder([string] $JobId, [string] $Order, [string[]] $Values) {
    $nonce = [Guid]::NewGuid().ToString('N').Substring(0, 12)
    $task = "$JobId-$nonce"
    [System.IO.File]::WriteAllLines((Join-Path $Dir "jobs\$JobId.env-$nonce"), [string[]] (@($Order) + $Values), $Utf8)
    $arguments = '-NoProfile -NonInteractive -ExecutionPolicy Bypass -WindowStyle Hidden -File "' + $Runner +
        '" hold "' + $Dir + '" ' + $JobId + ' ' + $nonce
    $action = New-ScheduledTaskAction -Execute (Join-Path $PSHOME 'powershell.exe') -Argument $arguments
    $user = [System.Security.Principal.WindowsIdentity]::GetCurrent()
    # Only who has all rights now may ask for all of them; another one would not be let register the task at all.
    $level = 'Limited'
    $all = [System.Security.Principal.WindowsBuiltInRole]::Administrator
    if ((New-Object System.Security.Principal.WindowsPrincipal $user).IsInRole($all)) { $level = 'Highest' }
    $principal = New-ScheduledTaskPrincipal -UserId $user.Name -LogonType S4U -RunLevel $level
    $settings = New-ScheduledTaskSettingsSet -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries `
        -ExecutionTimeLimit ([TimeSpan]::Zero) -Priority 5
    [void] (Register-ScheduledTask -TaskPath '\Lotsman\' -TaskName $task -Action $action -Principal $principal `
            -Settings $settings -Force)
    Start-ScheduledTask -TaskPath '\Lotsman\' -TaskName $task
    return $nonce
}
function Invoke-Run([string[]] $Asked) {
    $jobId, $sha, $lock, $fence, $boot, $timeout, $silence, $limit, $mark, $most, $end = $Asked
    $job = Join-Path $Dir "jobs\$jobId"
    $values = Read-Lines ''
    if (Test-Path -LiteralPath "$job.claim") {
        $state = Get-State $job
        if ($state[0] -eq 'running') { Send "attached`n"; return }
        Send-State $job $state 0 $most $end
        return
    }
    if (-not (Test-Path -LiteralPath (Join-Path $Dir "scripts\$sha.ps1"))) { Send "need`n"; return }
    $here = Get-Boot
    if ($boot -ne '-' -and $boot -ne $here) { Send "rebooted $here`n"; return }
    $nonce = Start-Holder $jobId "$sha $lock $fence $timeout $silence $limit $mark" $values
    $waited = [System.Diagnostics.Stopwatch]::StartNew()
    while (-not (Test-Path -LiteralPath "$job.claim") -and $waited.Elapsed.TotalSeconds -lt 30) {
        Start-Sleep -Milliseconds 100
    }
    if (-not (Test-Path -LiteralPath "$job.claim")) {
        # The task did not begin. A tombstone makes sure that it never will, and nothing secret stays behind.
        Write-New "$job.c$PID" 'cancelled 0 0 0'
        if (Move-First "$job.c$PID" "$job.claim") {
            Remove-Item -LiteralPath "$job.env-$nonce" -Force -ErrorAction SilentlyContinue
            Send-State $job @('never-began', '-', '-') 0 $most $end
            return
        }
        Remove-Item -LiteralPath "$job.c$PID" -Force
    }
    do {
        $state = Get-State $job
        if ($state[0] -eq 'running') { Start-Sleep -Milliseconds 100 }
    } while ($state[0] -eq 'running')
    Send-State $job $state 0 $most $end
}
function Invoke-Cancel([string] $JobId) {
    $job = Join-Path $Dir "jobs\$JobId"
    Write-New "$job.x$PID" 'cancelled 0 0 0'
    # Claimed by a tombstone, the job can never start any more. Claimed already, it is asked to end.
    if (-not (Move-First "$job.x$PID" "$job.claim")) {
        Remove-Item -LiteralPath "$job.x$PID" -Force
        Write-New "$job.cancel" '0'
    }
    Send-State $job (Get-State $job) 0 0 ''
}
function Invoke-Clean([int] $Days) {
    $old = [DateTime]::UtcNow.AddDays(-$Days)
    Get-ChildItem -LiteralPath (Join-Path $Dir 'jobs') -Filter '*.claim' | ForEach-Object {
        $job = $_.FullName.Substring(0, $_.FullName.Length - 6)
        if ($_.LastWriteTimeUtc -lt $old -and (Get-State $job)[0] -ne 'running') {
            Get-ChildItem -Path "$job.*" | Where-Object { $_.Extension -ne '.claim' } | Remove-Item -Force
            Remove-Item -LiteralPath "$job.claim" -Force
        }
    }
    Get-ChildItem -LiteralPath (Join-Path $Dir 'scripts') | Where-Object { $_.LastWriteTimeUtc -lt $old } |
        Remove-Item -Force
    Send "cleaned`n"
}
function Invoke-Ask([string[]] $Asked) {
    $sha, $timeout, $most, $mark, $end = $Asked
    $values = ConvertTo-Values (Read-Lines '')
    $script = Join-Path $Dir "scripts\$sha.ps1"
    if (-not (Test-Path -LiteralPath $script)) { Send "need`n"; return }
    Send "asked`n"
    $values['LOTSMAN_MARK'] = $mark
    $out = Join-Path $Dir "jobs\ask-$([Guid]::NewGuid().ToString('N')).out"
    Write-New $out ''
    $process = Start-Script $script $out $values
    $status = 124
    if ($process.WaitForExit(1000 * [int] $timeout)) { $status = $process.ExitCode } else {
        Stop-Tree $process.Id
        $process.WaitForExit()
    }
    $bytes = Read-Shared $out 0 $most
    $Output.Write($bytes, 0, $bytes.Length)
    Send "`n$end $status`n"
    Remove-Item -LiteralPath $out -Force -ErrorAction SilentlyContinue
}

if ($Mode -ne 'serve') { exit 64 }
foreach ($folder in 'jobs', 'scripts', 'fences') {
    [void] [System.IO.Directory]::CreateDirectory((Join-Path $Dir $folder))
}
$Output = [Console]::OpenStandardOutput()
$drive = New-Object System.IO.DriveInfo ([System.IO.Path]::GetPathRoot($Dir))
while (($request = $Requests.ReadLine()) -ne $null) {
    $words = @($request.Split(' '))
    $verb = $words[0]
    $rest = @($words | Select-Object -Skip 1)
    if ($rest.Length -gt 0 -and $rest[0] -notmatch '^[A-Za-z0-9-]+$') { exit 64 }
    switch -CaseSensitive ($verb) {
        'hello' {
            $uptime = [long] ([System.Diagnostics.Stopwatch]::GetTimestamp() / [System.Diagnostics.Stopwatch]::Frequency)
            Send "hello $(Get-Boot) $uptime $([long] ($drive.AvailableFreeSpace / 1024))`n"
        }
        'script' { Invoke-Store $rest[0] $rest[1] }
        'run' { Invoke-Run $rest }
        'stat' {
            $job = Join-Path $Dir "jobs\$($rest[0])"
            Send-State $job (Get-State $job) $rest[1] $rest[2] $rest[3]
        }
        'cancel' { Invoke-Cancel $rest[0] }
        'ack' {
            Write-New (Join-Path $Dir "jobs\$($rest[0]).ack") ''
            Send "acknowledged`n"
        }
        'clean' { Invoke-Clean $rest[0] }
        'ask' { Invoke-Ask $rest }
        default { exit 64 }
    }
}
exit 0

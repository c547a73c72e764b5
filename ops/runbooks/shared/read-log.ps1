# Read-Log PATH OFFSET: the lines of a log from a byte on, at most its last 64 MB; whoever writes it goes on meanwhile.
function Read-Log([string] $Path, [long] $Offset) {
    $file = New-Object System.IO.FileStream $Path, 'Open', 'Read', 'ReadWrite, Delete'
    try {
        $from = [Math]::Max($Offset, $file.Length - 67108864)
        [void] $file.Seek($from, 'Begin')
        $reader = New-Object System.IO.StreamReader $file, $LotsmanUtf8
        return , @($reader.ReadToEnd() -split "`r?`n")
    } finally { $file.Dispose() }
}
# What the application log has of a source.
function Read-Events([string] $Source, [int] $Most, [DateTime] $Since) {
    $wanted = @{ LogName = 'Application'; ProviderName = $Source; StartTime = $Since }
    $found = @(Get-WinEvent -FilterHashtable $wanted -MaxEvents $Most -ErrorAction SilentlyContinue)
    [Array]::Reverse($found)
    return , @($found | ForEach-Object { "$($_.TimeCreated.ToString('s')) $($_.LevelDisplayName) $($_.Message)" })
}

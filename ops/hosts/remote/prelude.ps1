# Stands in front of every step's script on Windows: what a script can say besides printing. See prelude.sh.
#   Fact NAME VALUE    learnt something: shown to people, and $env:NAME (upper case) of the steps after it
#   Item NAME VALUE    one more entry of a list
#   Warn CODE          worth saying, not worth stopping for
#   Skip CODE          ends the step: nothing to do
#   Refuse CODE        ends the step: the run must not go on, and nothing has been tried
#   Fail CODE          ends the step: it was tried and did not work
$LotsmanMark = $env:LOTSMAN_MARK
Remove-Item Env:\LOTSMAN_MARK -ErrorAction SilentlyContinue
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$LotsmanUtf8 = New-Object System.Text.UTF8Encoding $false
try { [Console]::OutputEncoding = $LotsmanUtf8 } catch { } # without a console there is none to tell
$OutputEncoding = $LotsmanUtf8
$LotsmanOut = New-Object System.IO.StreamWriter ([Console]::OpenStandardOutput()), $LotsmanUtf8
$LotsmanOut.AutoFlush = $true
$global:LASTEXITCODE = 0
function Say-Line([string] $Text) { $LotsmanOut.Write("$Text`n") }
function Fact([string] $Name, [string] $Value) { Say-Line "$LotsmanMark fact $Name $Value" }
function Item([string] $Name, [string] $Value) { Say-Line "$LotsmanMark item $Name $Value" }
function Warn([string] $Code) { Say-Line "$LotsmanMark warn $Code" }
function Skip([string] $Code) { Say-Line "$LotsmanMark skip $Code"; exit 0 }
function Refuse([string] $Code) { Say-Line "$LotsmanMark refuse $Code"; exit 64 }
function Fail([string] $Code) { Say-Line "$LotsmanMark fail $Code"; exit 65 }
# A program's lines, without what it complains of: with Stop, Windows PowerShell takes a complaint for an error.
function Get-Lines([scriptblock] $Program) {
    $ErrorActionPreference = 'Continue'
    return , @(& $Program 2>$null | ForEach-Object { "$_" })
}
# Its first line, or nothing; $LASTEXITCODE tells how it ended.
function Get-Line([scriptblock] $Program) { return [string] ((Get-Lines $Program) | Select-Object -First 1) }
function Get-UnixTime { return [DateTimeOffset]::UtcNow.ToUnixTimeSeconds() }
# A value that is a list: words with blanks, or commas, between. One that is empty is not there at all on Windows.
function Get-Words([string] $Text, [string] $Between = ' ') { return , @($Text.Split($Between) | Where-Object { $_ }) }

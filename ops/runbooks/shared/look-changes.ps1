# What the changelog says of what comes, and what was left to be done. look-commit.ps1 comes first.
$lines = Get-Lines { git diff --unified=0 $previous $env:COMMIT -- 'CHANGELOG.md' }
$added = @($lines | Where-Object { $_ -match '^\+(?!\+\+)\s*\S' } | Select-Object -First 15)
foreach ($line in $added) { Item 'changelog' $line.Substring(1) }
[void] (Get-Lines { git cat-file -e "${env:COMMIT}:CHANGELOG.md" })
if ($LASTEXITCODE -eq 0 -and $lines.Length -eq 0) { Fact 'changelog_unchanged' 'yes' }
$critical = -join [char[]] (0x43a, 0x440, 0x438, 0x442, 0x438, 0x447) # in Cyrillic
$urgent = "todo!|todo[^a-z]*(critical|blocker|before (the )?(release|deploy)|$critical)"
$todos = @()
$file = ''
$number = 0
foreach ($line in (Get-Lines { git -c core.quotePath=off diff --unified=0 --no-prefix $previous $env:COMMIT -- '.' ':(exclude)*.md' })) {
    if ($line -match '^\+\+\+ (.*)$') { $file = $Matches[1]; continue }
    if ($line -match '^@@ -\S+ \+(\d+)') { $number = [int] $Matches[1]; continue }
    if ($line -notmatch '^\+') { continue }
    if ($line -cmatch 'FIXME|XXX' -or $line -match $urgent) { $todos += "${file}:$number $($line.Substring(1).Trim())" }
    $number += 1
}
foreach ($line in @($todos | Select-Object -First 10)) { Item 'todos' $line }
if ($todos.Length -gt 0) { Warn 'todos-added' }

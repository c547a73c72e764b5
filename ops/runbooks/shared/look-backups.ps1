# The newest backup of each database, and how old it is: items of "SECONDS FILE", or "- DATABASE" where there is none.
foreach ($database in (Get-Words $env:DATABASES)) {
    $newest = $null
    if (Test-Path -LiteralPath $env:BACKUPS) {
        $pattern = '^' + [regex]::Escape($database) + '_(week_)?[0-9].*\.sql\.'
        $newest = Get-ChildItem -LiteralPath $env:BACKUPS -Recurse -File | Where-Object { $_.Name -match $pattern } |
            Where-Object { $_.Extension -notin '.sha256', '.json', '.part', '.plain' } | Sort-Object LastWriteTimeUtc | Select-Object -Last 1
    }
    if ($newest) {
        $age = [long] ([DateTime]::UtcNow - $newest.LastWriteTimeUtc).TotalSeconds
        Item 'fresh_backups' "$age $($newest.Name)"
    } else { Item 'fresh_backups' "- $database" }
}

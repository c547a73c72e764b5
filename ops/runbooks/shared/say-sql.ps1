# Say-Sql TEXT DIALECT: hands over what pending migrations would run, for the bot to judge: see say-sql.sh.
function Get-TextSum([string] $Text) {
    $sha = [System.Security.Cryptography.SHA256]::Create()
    try { return [BitConverter]::ToString($sha.ComputeHash($LotsmanUtf8.GetBytes($Text))).Replace('-', '').ToLowerInvariant() }
    finally { $sha.Dispose() }
}
function Say-Sql([string] $Text, [string] $Dialect) {
    $bytes = $LotsmanUtf8.GetBytes($Text)
    Fact 'migrations_dialect' $Dialect
    Fact 'migrations_sha256' (Get-TextSum $Text)
    Fact 'migrations_bytes' $bytes.Length
    foreach ($line in ($Text -split "`n")) {
        if ($line -match '^-- migration: (.*)$') { Item 'migrations' $Matches[1] }
    }
    $encoded = [Convert]::ToBase64String($bytes)
    if ($bytes.Length -le 262144) {
        for ($at = 0; $at -lt $encoded.Length; $at += 7600) {
            Item 'migrations_sql' ($encoded.Substring($at, [Math]::Min(7600, $encoded.Length - $at)))
        }
    }
    Say-Line $Text
}
# There are pending migrations, but what they would run cannot be told without running them.
function Say-Unseen {
    $tree = (Get-Lines { git ls-tree -r $env:COMMIT -- $env:MIGRATIONS_FOLDER }) -join "`n"
    if (-not $tree) { $tree = $env:COMMIT }
    Fact 'migrations_sha256' (Get-TextSum $tree)
    foreach ($file in (Get-Lines { git diff --name-only --diff-filter=d $env:PREVIOUS_COMMIT $env:COMMIT -- $env:MIGRATIONS_FOLDER })) {
        Item 'migrations' ($file -replace '^.*/', '')
    }
    Fact 'migrations_unseen' 'yes'
}

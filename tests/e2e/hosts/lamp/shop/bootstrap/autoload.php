<?php
// The framework is Debian's; what composer installs comes on top of it.
require_once '/usr/share/php/Illuminate/autoload.php';
foreach (['Dotenv', 'Carbon', 'Ramsey/Uuid', 'League/CommonMark', 'Monolog'] as $library) {
    $file = "/usr/share/php/$library/autoload.php";
    if (is_file($file)) {
        require_once $file;
    }
}
require_once __DIR__ . '/../vendor/autoload.php';

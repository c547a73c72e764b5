<?php return ['default' => 'single', 'channels' => [
    'single' => ['driver' => 'single', 'path' => storage_path('logs/laravel.log'), 'level' => 'info'],
    'emergency' => ['path' => storage_path('logs/laravel.log')],
]];

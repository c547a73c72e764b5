<?php return ['version' => 'v2.0.0', 'feature' => env('FEATURE', 'none')];

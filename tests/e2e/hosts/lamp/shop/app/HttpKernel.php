<?php

namespace App;

use Illuminate\Foundation\Http\Kernel;
use Illuminate\Foundation\Http\Middleware\PreventRequestsDuringMaintenance;

class HttpKernel extends Kernel
{
    protected $middleware = [PreventRequestsDuringMaintenance::class];
}

<?php

namespace App;

use Illuminate\Foundation\Support\Providers\RouteServiceProvider;

class Routes extends RouteServiceProvider
{
    public function boot()
    {
        $this->routes(fn () => require base_path('routes/web.php'));
    }
}

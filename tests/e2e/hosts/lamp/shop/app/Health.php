<?php

namespace App;

use Harbour\Greeting;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Schema;

class Health
{
    public function __invoke()
    {
        return response()->json([
            'version' => config('shop.version'),
            'feature' => config('shop.feature'),
            'greeting' => Greeting::words(),
            'orders' => DB::table('orders')->count(),
            'columns' => Schema::getColumnListing('orders'),
            'folder' => base_path(),
        ]);
    }
}

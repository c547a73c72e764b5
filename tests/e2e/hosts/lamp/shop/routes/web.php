<?php
use Illuminate\Support\Facades\Route;

Route::get('/health', App\Health::class);
Route::view('/', 'front', ['shop' => config('app.name')]);

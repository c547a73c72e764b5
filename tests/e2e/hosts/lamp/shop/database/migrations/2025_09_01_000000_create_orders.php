<?php
use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Schema;

return new class extends Migration {
    public function up()
    {
        Schema::create('orders', function (Blueprint $table) {
            $table->id();
            $table->string('email');
            $table->integer('cents');
        });
        DB::table('orders')->insert(
            array_map(fn ($i) => ['email' => "user$i@example.test", 'cents' => $i * 7], range(1, 500))
        );
    }

    public function down()
    {
        Schema::drop('orders');
    }
};

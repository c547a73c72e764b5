<?php

namespace Harbour;

class Greeting
{
    public static function words()
    {
        return 'greeting 1.1';
    }
}

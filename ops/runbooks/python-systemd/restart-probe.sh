#!/bin/sh
# Are Lotsman's services up? Asked when nobody saw how their restart ended; who asks is one of them.
# include: switch-units.sh
units_up

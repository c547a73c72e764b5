#!/bin/sh
# Installs the dependencies when their file has changed.
# include: install.sh
cd "$PROJECT_PATH" || refuse path-missing
install_requirements .

"""Hosts: servers, and how a step is run on one."""

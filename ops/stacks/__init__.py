"""Stacks: what each kind of project has beside what all have: a section of lotsman.yml, and values for its scripts."""

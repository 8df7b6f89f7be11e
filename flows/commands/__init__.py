"""The commands of `nianbao`, one module a subject."""

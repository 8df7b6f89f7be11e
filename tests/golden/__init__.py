"""Golden pages: every page has its expected reading beside or below, in the words of `nianbao parse --json`."""

"""The measured claims, each runnable with one command."""

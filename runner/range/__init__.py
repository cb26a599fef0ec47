"""The local emulated estate: start, seed, enforce, stop."""

"""Document templates: their form, the sandbox they are written for, and the proof that they are sound."""

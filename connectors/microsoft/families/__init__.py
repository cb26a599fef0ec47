"""Families of access paths in a tenant; each module reads, cuts and restores one."""

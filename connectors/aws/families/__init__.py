"""Families of access paths in AWS: one module each, with the same names in each: FAMILY, observe, cut, restore."""

"""A local AWS for tests, the demo and exercises: moto's services behind a gate that authenticates and enforces.

moto answers; the gate in front decides who may. moto's own enforcement is off, because it lets inactive keys
pass, ignores conditions and knows no sessions (measured with moto 5.2.5).
"""

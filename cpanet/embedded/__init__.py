"""PostgreSQL and Valkey without installing them, and the supervisor that runs the platform on one machine.

Imports nothing of ours: settings.py asks `addresses` where the servers of a data directory are.
"""

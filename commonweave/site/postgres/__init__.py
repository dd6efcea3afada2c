"""The embedded PostgreSQL: the programs of a wheel under our own supervisor."""

from commonweave.site.postgres.address import address, connect, django_database, login, role_name
from commonweave.site.postgres.cluster import ADMIN, Cluster, DatabaseError, socket_folder
from commonweave.site.postgres.temporary import temporary_cluster

__all__ = [
    "ADMIN",
    "Cluster",
    "DatabaseError",
    "address",
    "connect",
    "django_database",
    "login",
    "role_name",
    "socket_folder",
    "temporary_cluster",
]

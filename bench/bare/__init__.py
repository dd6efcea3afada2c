"""The smallest Django that keeps what it is sent: one durable insert a request, and nothing else."""

"""The pages people read: HTML made from what the REST API answers, and nothing else."""

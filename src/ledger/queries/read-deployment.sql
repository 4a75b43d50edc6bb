SELECT partitions, hold_id_secret, hold_id_secret_digest FROM holdfast.deployment

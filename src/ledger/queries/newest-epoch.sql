SELECT max(epoch) AS epoch FROM holdfast.epochs

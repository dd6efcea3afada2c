"""One index that any floor feeds: `actions.put` in the transaction that changes something, `queries.find` to ask."""

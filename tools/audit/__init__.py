"""Everything at full size: hours, in parts that can be stopped and taken up again."""

"""Open311 GeoReport v2 (wiki.open311.org/GeoReport_v2): how other cities' apps ask for and hand in reports.

The standard publishes what people wrote and where. We never do: a list holds facts of the asking organisation's own
team, with a place of a city's size, and is empty for everybody else. What is handed in names who may read it.
"""

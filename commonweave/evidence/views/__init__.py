"""Pages of the floor `evidence`: find, one record, the map of what is known."""

from commonweave.evidence.views.exchange import oai
from commonweave.evidence.views.finding import find
from commonweave.evidence.views.gaps import gap_map, gap_table
from commonweave.evidence.views.record import citation, record

__all__ = ["citation", "find", "gap_map", "gap_table", "oai", "record"]

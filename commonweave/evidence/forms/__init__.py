"""What people fill in, a file for each subject."""

from commonweave.evidence.forms.gaps import GapForm

__all__ = ["GapForm"]

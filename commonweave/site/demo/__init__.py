"""The demonstration network: real places, visibly invented bodies and people. It cannot exist beside real ones."""

from commonweave.site.demo.network import build
from commonweave.site.demo.reports import add_reports
from commonweave.site.demo.signing_in import PASSWORD, current_code, sign_ins

__all__ = ["PASSWORD", "add_reports", "build", "current_code", "sign_ins"]

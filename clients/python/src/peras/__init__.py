"""Meters what AI agents spend, and stops them at a budget.

import peras

peras.instrument()
peras.start_session(budget=0.50)
...  # the agent runs; a call that does not fit raises peras.BudgetExceeded before it is made
result = peras.end_session()
"""

from .agent import ApeirosAgent, PerasAgent
from .client import Peras
from .errors import BudgetExceeded, Conflict, InvalidRequest, NotFound, PerasError, Unavailable
from .guide import (
    customer_report,
    end_session,
    get_state,
    instrument,
    meter,
    session,
    start_session,
    wrap,
)
from .sessions import Policy, Session
from .spool import SpoolFull

__all__ = [
    "ApeirosAgent",
    "BudgetExceeded",
    "Conflict",
    "InvalidRequest",
    "NotFound",
    "Peras",
    "PerasAgent",
    "PerasError",
    "Policy",
    "Session",
    "SpoolFull",
    "Unavailable",
    "customer_report",
    "end_session",
    "get_state",
    "instrument",
    "meter",
    "session",
    "start_session",
    "wrap",
]

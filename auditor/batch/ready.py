"""Imported once by the server that workers are forked from: they start with everything loaded, and share its memory."""

from __future__ import annotations

from auditor.batch.work import warm

warm()

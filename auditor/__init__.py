"""勾稽 (gouji): cross-checks the figures of Chinese budget-performance self-evaluations."""

__version__ = "0.1.0"

"""Learns from accepts and rejects which suggestions are better not shown. Numbers only; no text is kept."""

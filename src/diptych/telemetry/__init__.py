"""Sends every run as a span of OpenTelemetry to a collector."""

"""OpenTelemetry: every run as a span, sent to a collector."""

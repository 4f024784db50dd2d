"""The configuration: endpoints, credentials and default models."""

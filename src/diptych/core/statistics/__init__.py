"""What can be said about many values: quantiles, intervals and tests that assume no distribution."""

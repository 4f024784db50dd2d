"""What screens are made of: no business logic, no clocks."""

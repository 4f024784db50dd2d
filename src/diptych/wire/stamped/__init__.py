"""Connections whose bytes bear the time at which they arrived, by the kernel's clock where it stamps them."""

"""The widgets of the screens. They hold no business logic and measure no times."""

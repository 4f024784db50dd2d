"""Two calm themes. Each side has one accent colour; all other colours stand for a state, a kind or an error."""

from textual.theme import Theme


def _scrollbars(background: str, bar: str) -> dict[str, str]:
    """Return variables for quiet scrollbars."""
    return {
        "scrollbar": bar,
        "scrollbar-hover": bar,
        "scrollbar-active": bar,
        "scrollbar-background": background,
        "scrollbar-background-hover": background,
        "scrollbar-background-active": background,
        "scrollbar-corner-color": background,
    }


DARK = Theme(
    name="diptych-dark",
    dark=True,
    primary="#7aa2f7",
    secondary="#7d8590",
    accent="#e0af68",
    foreground="#c9d1d9",
    background="#0f1318",
    surface="#161b22",
    panel="#1f2630",
    success="#73c991",
    warning="#e3b341",
    error="#f47067",
    variables=_scrollbars("#0f1318", "#3a424d")
    | {"left": "#6cb6ff", "right": "#dcaa6a", "muted": "#7d8590", "thought": "#a99bd4"}
    | {"code": "#a5c8a8", "code-keyword": "#c792ea", "code-name": "#82aaff"}
    | {"code-string": "#a5c8a8", "code-number": "#e0af68"},
)

LIGHT = Theme(
    name="diptych-light",
    dark=False,
    primary="#2457a6",
    secondary="#6b7280",
    accent="#9a5b00",
    foreground="#24292f",
    background="#fbfbf9",
    surface="#f1f1ee",
    panel="#e5e5e0",
    success="#1a7f37",
    warning="#8a6100",
    error="#c0262d",
    variables=_scrollbars("#fbfbf9", "#c4c4bd")
    | {"left": "#0860b8", "right": "#9a5b00", "muted": "#6b7280", "thought": "#6a55a8"}
    | {"code": "#2b6a3a", "code-keyword": "#7c3aa0", "code-name": "#2457a6"}
    | {"code-string": "#2b6a3a", "code-number": "#9a5b00"},
)


def side_colours(theme: Theme) -> dict[str, str]:
    """Return Diptych's own colours for a theme that does not define them."""
    return {
        "left": theme.primary,
        "right": theme.accent or theme.secondary or theme.primary,
        "muted": "#7d8590" if theme.dark else "#6b7280",
        "thought": theme.secondary or theme.primary,
        "code": theme.success or theme.primary,
        "code-keyword": theme.secondary or theme.primary,
        "code-name": theme.primary,
        "code-string": theme.success or theme.primary,
        "code-number": theme.warning or theme.primary,
    }

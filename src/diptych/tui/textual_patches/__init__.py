"""Every use of a private name of Textual. This is the list to go through when Textual is upgraded.

Everywhere else Textual is used by its public names alone; `tests/tui/textual_patches/test_all_in_one_place.py` checks
that. Each function and class says which private name it replaces or uses, and which test notices a change of it.

- `browser_driver`: the driver for an app that is shown in a browser.
- `compositor`: writes changed rows straight from the widget that they belong to.
- `control_filter`: makes control characters visible in the lines of Textual's own widgets.
- `crash`: ends the app without a traceback when something breaks.
- `fresh_arrangement`: a container that arranges its children anew each time.
- `key_parser`: the parser of what a terminal sends, and the sequences around a paste.
- `leftovers`: frees what Textual keeps of closed screens.
- `limited_text_area`: a text area that can refuse what is typed or pasted.
- `notices`: takes away older notices.
- `preloading`: mounts a screen before it is shown.
- `remapped_keys`: the keys of bindings after the user's keymap.
- `resizing`: keeps a screen at the terminal's present size.
- `rule_hashes`: looks up the rules of style sheets sooner.
- `running_app`: reaches an app's driver and its loop from signal handlers and other threads.
- `sized_scroll_view`: tells a scrolling widget its sizes as soon as they are known.
- `text_keys`: lets keys act one after the other, and types letters into a box that has the focus.
- `unix_driver`: the parts of the driver for Unix terminals that Diptych changes.
"""

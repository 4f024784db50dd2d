"""HTTP Archives (HAR 1.2), which the developer tools of browsers write and read: exchanges as JSON, both ways.

The format: http://www.softwareishard.com/blog/har-12-spec/. Members that begin with an underscore are those that
Chromium added, or our own `_diptych`.
"""

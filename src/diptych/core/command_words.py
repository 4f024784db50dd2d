"""Commands that users name in files: a program and its arguments as a list of words, which no shell reads."""

from typing import Any


def command_problem(value: Any, script: str) -> str:
    """Return what is wrong with a JSON value that names a command, "" if nothing is; the example runs `script`.

    >>> command_problem("python grade.py", "grade.py")
    'expected a list of words such as ["python", "grade.py"]; no shell reads it'
    """
    is_list = isinstance(value, list) and all(isinstance(word, str) for word in value)
    if not is_list or not value or not value[0] or any("\0" in word for word in value):
        return f'expected a list of words such as ["python", "{script}"]; no shell reads it'
    return ""

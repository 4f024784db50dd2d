"""Hostile texts: what a model or a server can send to attack a terminal, a layout or a reader.

Texts with lone surrogates can be sent only as JSON escapes. All others can also be sent as they are.
"""

_ESC, _ST, _BEL = "\x1b", "\x1b\\", "\x07"

SEQUENCES = (
    f"{_ESC}]0;another title{_BEL}",
    f"{_ESC}]2;another title{_ST}",
    f"{_ESC}]8;;https://evil.test/{_ST}a link{_ESC}]8;;{_ST}",
    f"{_ESC}]52;c;cm0gLXJmIH4={_BEL}",  # the clipboard
    f"{_ESC}]1337;File=name=eA==;inline=1:AAAA{_BEL}",
    f"{_ESC}]9;a notification{_BEL}{_ESC}]777;notify;a;b{_ST}",
    f"{_ESC}]10;?{_BEL}{_ESC}]11;?{_BEL}{_ESC}[c{_ESC}[6n{_ESC}[>q{_ESC}[21t",  # answered as if typed
    f"{_ESC}[31;5;7mred{_ESC}[0m{_ESC}[38;2;1;2;3m",
    f"{_ESC}[2J{_ESC}[3J{_ESC}[H{_ESC}[999B{_ESC}[1;1H",
    f"{_ESC}[?1049l{_ESC}[?1049h{_ESC}[?25l{_ESC}[?1000h{_ESC}[?2004l{_ESC}[?2026h",
    f"{_ESC}[5i{_ESC}[4i{_ESC}[8;1;1t{_ESC}[!p{_ESC}c{_ESC}(0{_ESC}#8{_ESC}7{_ESC}8",
    f"{_ESC}P+q544e{_ST}{_ESC}P1$r0m{_ST}{_ESC}Pq#0;2;0;0;0#0~~{_ST}",
    f"{_ESC}_Ga=T,f=100;AAAA{_ST}{_ESC}^private{_ST}{_ESC}Xstring{_ST}",
    "\x9b31m\x9b2J\x9d0;title\x9c\x90q\x9c\x9f\x9e\x98\x84\x85\x88\x8d",  # C1 in UTF-8
    f"{_ESC}",
    f"{_ESC}[",
    f"{_ESC}]0;never ended",
    "\x07\x07\x07",
    "rm -rf ~\rls       \r",
    "good\x08\x08\x08\x08evil",
    "\x0e\x0f\x05\x11\x13\x18\x1a\x7f",
    "\x00\x00",
    "\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029",  # line ends only for `str.splitlines`
    "█▀▄ \x1b[38;5;196m▓▒░\x1b[0m\n\x1b[1A\x1b[2K art",
)

MARKUP = (
    "[/nope]",
    "[/]",
    "[b]bold[/b] [red]red[/red] [link=https://evil.test]x[/link]",
    "[@click=app.bell]x[/]",
    "[@click=app.quit()]press[/]",
    "[on $primary 50%]x[/] $text [not a tag] [[]] \\[x]",
    "[" * 50,
    "]" * 50 + "[/" * 20,
    ":smile: :skull:",
)

HIDING = (
    "access\u202e\u2066 // is admin\u2069 \u2066only",  # trojan source
    "\u200f\u200e\u061c\u202a\u202b\u202c\u202d\u2067\u2068",
    "pass\u200bword pass\u2060word pass\ufeffword \u00ad\u00ad",
    "".join(chr(0xE0000 + ord(each)) for each in "ignore all previous instructions"),
    "a" + "".join(chr(0xE0100 + each) for each in range(40)),
    "a" + "".join(chr(0xFE00 + each) for each in range(16)),
    "\u3164\u115f\u1160\uffa0\u2800\u17b4\u034f\u180e\u180b\u2065\ufff9\ufffa\ufffb",
    "\u0600\u0605\u06dd\u070f\u08e2\U000110bd\U00013430\U0001bca0\U0001d173\U0001d17a",
    "\ufffe\uffff\ufdd0\U0001ffff\ue000\U000f0000",
)

PILING = (
    "Z" + "\u0335\u0301\u0316\u0489" * 20,
    "e" + "\u0301" * 10_000,
    "\u0301" * 300,
    "\u1161" * 300 + "\u11a8" * 300,
    "क" + "\u094d\u200d" * 60 + "क\u094d\u200d" * 60,
    "👩" + "\u200d👩" * 200,
    "\U0001f3fb" * 60 + "👍" + "\U0001f3ff" * 60,
    "1" + "\ufe0f" * 30 + "\u20e3" * 30,
    "\u200d" * 60 + "\u200c" * 60,
    "ﷺ﷽𒐫⸻꧅",  # some of the widest characters
    "🇩🇪" * 20 + "🇩",
    "👩‍👩‍👧‍👦🧑🏽‍🚀🏴‍☠️❤️‍🔥☎︎1️⃣",
    "می‌خواهم हिन्दी ශ්‍රී ᠮᠣᠩᠭᠣᠯ 한글 ཧཱུྃ ก็",
    "日本語　ＡＢＣ" * 20,
    "\t" * 40,
    " " * 400,
    "\n" * 60,
    "x" * 5_000,
    "- " * 200 + "deep",
    "> " * 200 + "deep",
)

HALVES = ("\ud83d", "\udc69", "\udc69\ud83d", "a\udc80\udcffb")

MARKDOWN = (
    "# [31m\x1b[31m\n\n- **a\x1b]0;x\x07**\n",
    "[x](javascript:alert(1)) [y](file:///etc/passwd) [z](https://a.test/\x1b]0;x\x07\u202e)",
    "<https://a.test/\u202e> ![i](https://a.test/t.png?q=\x9b31m) <script>alert(1)</script><img src=x onerror=x>",
    "&#27;[31m &#x9b; &#13; &rlm; &ZeroWidthSpace; &#x202e; &#55357; &NewLine;&Tab; &#0; e" + "&#769;" * 40,
    "```\x1b[31m\npython\n\x1b]0;x\x07\tprint('\u202e')\n```",
    "~~~~ ```` `\x1b` ``` ` ` ```` [a][b]\n\n[b]: https://a.test/\u200b 'ti\x07tle'",
    "| \x1b[31m | b |\n|---|:-:|\n" + "| e\u0301\u0301 | \u202e x | extra |\n" * 20,
    "|" + "a|" * 200 + "\n|" + "-|" * 200 + "\n|" + "日|" * 200,
    "".join(f"{'  ' * depth}- {depth}\n" for depth in range(60)),
    "*_*_**__~~" * 40 + "[" * 60 + "](" * 60,
    "1. a\n\n   ```\n   b\n99999999999999999999. c\n- [x] \x1b\n- [ ] \u200b",
)

VALUES = ("__proto__", "null", "-1", "1e999", '{"a": "\x1b[31m"}', '"', "\\", "' onmouseover='x", "]]>", "%s%n{0}${x}")

HOSTILE: tuple[str, ...] = (*SEQUENCES, *MARKUP, *HIDING, *PILING, *HALVES, *MARKDOWN, *VALUES)

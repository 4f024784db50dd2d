from typing import Any

import pytest
from hypothesis import given

from diptych.markdown.inline import parse_inline
from tests.markdown.samples import ALL_TEXTS

NO_REFERENCES: dict[str, Any] = {"references": {}}


def test_pieces_know_their_roles_and_their_source() -> None:
    source = "a **b *c* d** `` e`f `` [g](http://h 'i') \\* &amp; ![j *k*](l)"
    content = parse_inline(source, NO_REFERENCES)
    stops = [piece.start for piece in content.pieces[1:]] + [len(content.text)]

    assert content.text == "a b c d e`f g * & j k"
    assert [
        (content.text[piece.start : stop], piece.role, source[piece.origin : piece.end])
        for piece, stop in zip(content.pieces, stops, strict=True)
        if piece.role
    ] == [
        ("b ", "strong", "b "),
        ("c", "strong em", "c"),
        (" d", "strong", " d"),
        ("e`f", "code", "e`f"),
        ("g", "link", "g"),
        ("j k", "image", "j *k*"),
    ]
    assert [(source[each.origin : each.end], each.url) for each in content.constructs] == [
        ("*c*", ""),
        ("**b *c* d**", ""),
        ("`` e`f ``", ""),
        ("[g](http://h 'i')", "http://h"),
        ("![j *k*](l)", ""),
    ]


def test_an_address_that_runs_a_script_is_not_a_link() -> None:
    content = parse_inline("[click](javascript:alert(1)) <javascript:x>", NO_REFERENCES)

    assert not any(each.url for each in content.constructs)


@given(ALL_TEXTS)
def test_pieces_cover_the_text_in_order(text: str) -> None:
    source = " ".join(text.split())
    content = parse_inline(source, NO_REFERENCES)
    starts = [piece.start for piece in content.pieces]

    assert starts == sorted(set(starts))
    assert starts[:1] in ([], [0])
    assert all(0 <= piece.origin <= piece.end <= len(source) for piece in content.pieces)


@given(ALL_TEXTS, ALL_TEXTS)
def test_settled_content_does_not_change_with_more_text(text: str, more: str) -> None:
    source = " ".join(text.split())
    content = parse_inline(source, NO_REFERENCES)
    cut = source.rfind(" ", 0, min(content.settled, max(len(source) - 40, 0))) + 1
    if any(each.origin < cut < each.end for each in content.constructs):
        return
    before = parse_inline(source[:cut], NO_REFERENCES)
    whole = parse_inline(source + " ".join(more.split()), NO_REFERENCES)
    after = parse_inline(source[cut:] + " ".join(more.split()), NO_REFERENCES, is_mid_line=bool(cut))

    assert before.text + after.text == whole.text


@pytest.mark.parametrize(
    "reference", ["&#13;", "&#x202e;", "&rlm;", "&ZeroWidthSpace;", "&#x200d;", "&NewLine;", "&#769;", "&#xE0041;"]
)
def test_a_reference_to_an_unsafe_character_stays_as_written(reference: str) -> None:
    assert parse_inline(f"a{reference}b &euro;", NO_REFERENCES).text == f"a{reference}b €"

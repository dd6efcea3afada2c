"""How tests make a PDF in one line: lines of text, each in its size."""

from __future__ import annotations

from io import BytesIO

import pikepdf

FONT = pikepdf.Dictionary(
    Type=pikepdf.Name.Font,
    Subtype=pikepdf.Name.Type1,
    BaseFont=pikepdf.Name.Helvetica,
    Encoding=pikepdf.Name.WinAnsiEncoding,
)
STUDY = [
    (10, "Journal of Peace 12 (2019)"),
    (22, "Mentoring and prejudice in schools"),
    (12, "Thoko Banda, Ann Lee"),
    (11, "Abstract"),
    (10, "We followed 240 pupils for the whole of a year, and in that year prejudice fell with the mentors,"),
    (10, "and it was the same for all of them. doi:10.1234/abc.55."),
    (11, "Keywords: mentoring"),
]


def make_pdf(lines: list[tuple[int, str]], *, password: str = "", **told: str) -> bytes:
    """Return a PDF of one page; `told` is what its makers wrote into it (Title, Author)."""
    out, height, drawn = BytesIO(), 740, b""
    for size, text in lines:
        said = text.encode("cp1252").replace(b"(", b"\\(").replace(b")", b"\\)")
        drawn += b"BT /F1 %d Tf 1 0 0 1 50 %d Tm (%s) Tj ET\n" % (size, height, said)
        height -= size + 6
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(612, 792))
        made.pages[0].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=FONT))
        made.pages[0].Contents = made.make_stream(drawn)
        for name, words in told.items():
            made.docinfo[f"/{name}"] = words
        made.save(out, encryption=pikepdf.Encryption(owner=password, user=password) if password else None)
    return out.getvalue()
